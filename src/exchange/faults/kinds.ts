/** What can go wrong on a stream connection. */
export const STREAM_FAULTS = [
  'close', // the connection is closed with a close frame
  'break', // it ends without one
  'halfFrame', // it ends in the middle of a frame
  'silence', // it stays open, but for some seconds nothing arrives, and what was sent meanwhile is lost
  'drop', // one frame is lost
  'delay', // frames arrive late, all at once
  'double', // a frame arrives twice
] as const;

/** What can go wrong with a REST answer. */
export const REST_FAULTS = [
  'error500', // HTTP 500 to 504
  'limit429', // HTTP 429 with Retry-After
  'ban418', // HTTP 418: the caller is banned for a short while
  'slowBody', // the body dribbles in
  'truncated', // JSON that ends in the middle, in an otherwise correct answer
  'wrongLength', // the connection ends before the promised length
  'reset', // the connection ends without an answer
  'reordered', // rows of a page in another order
  'staleSnapshot', // a depth snapshot older than the changes that were already sent
] as const;

/** What can go wrong with the whole exchange. */
export const SERVER_FAULTS = [
  'refuse', // new connections are refused for a while
  'restart', // all connections end, and new ones are refused for a while
  'shutdown', // serverShutdown is announced, then all stream connections are closed
] as const;

export const FAULT_KINDS = [...STREAM_FAULTS, ...REST_FAULTS, ...SERVER_FAULTS] as const;

export type StreamFault = (typeof STREAM_FAULTS)[number];
export type RestFault = (typeof REST_FAULTS)[number];
export type ServerFault = (typeof SERVER_FAULTS)[number];
export type FaultKind = (typeof FAULT_KINDS)[number];

export function isStreamFault(kind: FaultKind): kind is StreamFault {
  return (STREAM_FAULTS as readonly string[]).includes(kind);
}

export function isRestFault(kind: FaultKind): kind is RestFault {
  return (REST_FAULTS as readonly string[]).includes(kind);
}
