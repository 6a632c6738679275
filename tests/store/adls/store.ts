import { createHash } from 'node:crypto';

export interface Reply {
  status: number;
  headers: Record<string, string | number>;
  body: Buffer;
}

export interface StoredFile {
  bytes: Buffer;
  /** Appended and not flushed yet: nobody reads it. */
  staged: Map<number, Buffer>;
  etag: string;
  modified: Date;
}

export function reply(status: number, headers: Reply['headers'] = {}, body: string | Buffer = ''): Reply {
  return { status, headers, body: Buffer.from(body) };
}

/** A refusal with the code that the service would give. */
export class StorageError extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string) {
    super(code);
    this.status = status;
    this.code = code;
  }

  reply(xml: boolean): Reply {
    const { status, code } = this;
    const body = xml
      ? `<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>${code}</Message></Error>`
      : JSON.stringify({ error: { code, message: code } });
    return reply(
      status,
      { 'x-ms-error-code': code, 'content-type': xml ? 'application/xml' : 'application/json' },
      body,
    );
  }
}

/** Files and folders of one account; names are `container/path`. */
export class Store {
  readonly files = new Map<string, StoredFile>();
  readonly folders = new Set<string>();
  readonly containers: Set<string>;
  #etags = 0;

  constructor(containers: readonly string[]) {
    this.containers = new Set(containers);
  }

  container(name: string, missing: 'FilesystemNotFound' | 'ContainerNotFound'): void {
    if (!this.containers.has(name.split('/')[0]!)) throw new StorageError(404, missing);
  }

  /** The file, if the condition of the request allows it to be written. */
  checkCondition(name: string, ifNoneMatch: unknown, code: string): void {
    if (ifNoneMatch === '*' && this.files.has(name)) throw new StorageError(409, code);
  }

  put(name: string, bytes: Buffer): StoredFile {
    const file: StoredFile = {
      bytes,
      staged: new Map(),
      etag: `"0x${(++this.#etags).toString(16)}"`,
      modified: new Date(),
    };
    this.files.set(name, file);
    this.#makeFolders(name);
    return file;
  }

  rename(from: string, to: string): StoredFile {
    const file = this.files.get(from);
    if (!file) throw new StorageError(404, 'SourcePathNotFound');
    const parent = to.slice(0, to.lastIndexOf('/'));
    if (parent.includes('/') && !this.folders.has(parent)) {
      throw new StorageError(404, 'RenameDestinationParentPathNotFound');
    }
    this.files.delete(from);
    this.files.set(to, file);
    return file;
  }

  delete(name: string, recursive: boolean): boolean {
    if (this.files.delete(name)) return true;
    if (!this.folders.has(name)) return false;
    for (const path of [...this.files.keys(), ...this.folders]) {
      if (!path.startsWith(`${name}/`)) continue;
      if (!recursive) throw new StorageError(409, 'DirectoryNotEmpty');
      this.files.delete(path);
      this.folders.delete(path);
    }
    return this.folders.delete(name);
  }

  makeFolder(name: string): void {
    this.folders.add(name);
    this.#makeFolders(name);
  }

  #makeFolders(name: string): void {
    const parts = name.split('/');
    for (let depth = 2; depth < parts.length; depth++) this.folders.add(parts.slice(0, depth).join('/'));
  }
}

export function md5(bytes: Uint8Array): string {
  return createHash('md5').update(bytes).digest('base64');
}
