/** A property that a resource may have. */
export interface Property {
  /** `string`, `int`, `bool`, `any`, the name of an object, choices with ` | ` between, or one of these with `[]` after. */
  readonly type: string;
  readonly isRequired: boolean;
  readonly isReadOnly: boolean;
}

export interface ObjectType {
  readonly properties: ReadonlyMap<string, Property>;
  /** Type of properties of any other name. */
  readonly others: string | undefined;
}

/** What has been published of one type of resource. */
export interface ResourceType {
  /** The newest version that is no preview; `undefined` where the publication does not say. */
  readonly version: string | undefined;
  readonly body: ObjectType;
  /** Objects within it, by name. */
  readonly objects: ReadonlyMap<string, ObjectType>;
}
