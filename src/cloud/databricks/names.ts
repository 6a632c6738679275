import { CandlebookError } from '../../market/index.ts';

/** The one id that a name means. @throws CandlebookError INPUT_INVALID where there is none, or several */
export async function exactId(
  kind: string,
  name: string,
  look: () => Promise<readonly string[]>,
): Promise<string> {
  const [id, ...others] = await look();
  if (id !== undefined && others.length === 0) return id;
  const found =
    id === undefined ? 'none' : `${others.length + 1} (${[id, ...others].slice(0, 5).join(', ')})`;
  throw new CandlebookError(
    'INPUT_INVALID',
    `There is ${found} of the name ${JSON.stringify(name)} among the ${kind}s.`,
    {
      value: name,
      hint:
        id === undefined
          ? `Correct the name, deploy the bundle first, or have CAN VIEW of the ${kind} granted.`
          : `Give the id of the ${kind} instead.`,
    },
  );
}
