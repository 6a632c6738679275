import { properties, readBytes } from './blob.ts';
import type { Call } from './server.ts';
import { type Reply, reply, StorageError, type Store } from './store.ts';

/** The calls of the Data Lake Storage REST interface. */
export function dfsCall(store: Store, call: Call, pageSize: number): Reply {
  const { method, path, query } = call;
  store.container(path, 'FilesystemNotFound');
  if (method === 'GET' && query.get('resource') === 'filesystem') return list(store, call, pageSize);
  if (method === 'PUT') return create(store, call);
  if (method === 'PATCH' && query.get('action') === 'append') return append(store, call);
  if (method === 'PATCH' && query.get('action') === 'flush') return flush(store, call);
  if (method === 'DELETE') {
    if (!store.delete(path, query.get('recursive') === 'true')) throw new StorageError(404, 'PathNotFound');
    return reply(200);
  }
  if (method === 'GET') return readBytes(store, call, 'PathNotFound');
  if (method === 'HEAD') return properties(store, call, 'PathNotFound');
  throw new StorageError(400, 'UnsupportedHttpVerb');
}

function create(store: Store, { path, query, headers }: Call): Reply {
  const ifNoneMatch = headers['if-none-match'];
  const source = headers['x-ms-rename-source'];
  if (typeof source === 'string') {
    store.checkCondition(path, ifNoneMatch, 'PathAlreadyExists');
    const from = decodeURIComponent(source.split('?')[0]!)
      .replace(/^\//, '')
      .replace(/^lake\//, '');
    const { etag } = store.rename(from, path);
    return reply(201, { etag });
  }
  if (query.get('resource') === 'directory') {
    store.makeFolder(path);
    return reply(201);
  }
  store.checkCondition(path, ifNoneMatch, 'PathAlreadyExists');
  const { etag, modified } = store.put(path, Buffer.alloc(0));
  return reply(201, { etag, 'last-modified': modified.toUTCString() });
}

function append(store: Store, { path, query, body }: Call): Reply {
  const file = store.files.get(path);
  if (!file) throw new StorageError(404, 'PathNotFound');
  file.staged.set(Number(query.get('position')), body);
  return reply(202);
}

function flush(store: Store, { path, query }: Call): Reply {
  const file = store.files.get(path);
  if (!file) throw new StorageError(404, 'PathNotFound');
  const parts = [...file.staged].sort(([a], [b]) => a - b);
  let end = file.bytes.length;
  for (const [position, bytes] of parts) {
    if (position !== end) throw new StorageError(400, 'InvalidFlushPosition');
    end += bytes.length;
  }
  if (end !== Number(query.get('position'))) throw new StorageError(400, 'InvalidFlushPosition');
  const whole = Buffer.concat([file.bytes, ...parts.map(([, bytes]) => bytes)]);
  const { etag, modified } = store.put(path, whole);
  return reply(200, { etag, 'last-modified': modified.toUTCString() });
}

function list(store: Store, { path, query }: Call, pageSize: number): Reply {
  const container = path.replace(/\/$/, '');
  const folder = query.get('directory') ?? '';
  const base = folder === '' ? container : `${container}/${folder}`;
  if (folder !== '' && !store.folders.has(base)) throw new StorageError(404, 'PathNotFound');
  const recursive = query.get('recursive') === 'true';
  const from = query.get('beginFrom');
  const inside = (name: string) =>
    name.startsWith(`${base}/`) && (recursive || !name.slice(base.length + 1).includes('/'));
  const names = [...store.files.keys(), ...store.folders]
    .filter(inside)
    .filter(
      (name) =>
        from === null || Buffer.compare(Buffer.from(name.slice(base.length + 1)), Buffer.from(from)) >= 0,
    )
    .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  const start = Number(query.get('continuation') ?? 0);
  const page = names.slice(start, start + pageSize);
  const more = start + pageSize < names.length;
  const paths = page.map((name) => {
    const file = store.files.get(name);
    const relative = name.slice(container.length + 1);
    if (!file)
      return {
        name: relative,
        isDirectory: 'true',
        lastModified: new Date().toUTCString(),
        contentLength: '0',
      };
    return {
      name: relative,
      contentLength: String(file.bytes.length),
      etag: file.etag,
      lastModified: file.modified.toUTCString(),
    };
  });
  return reply(
    200,
    {
      'content-type': 'application/json',
      ...(more ? { 'x-ms-continuation': String(start + pageSize) } : {}),
    },
    JSON.stringify({ paths }),
  );
}
