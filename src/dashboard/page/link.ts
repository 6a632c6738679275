import type { PageReply, PageRequest, Tick } from '../wire.ts';

/** A page's way to whoever feeds its boards: a kernel, or a server of our own. It reconnects by itself. */
export interface Link {
  readonly open: boolean;
  /** Whether a viewer here may end what feeds the board. */
  readonly mayStop: boolean;
  onOpen: () => void;
  onClose: () => void;
  onTick: (tick: Tick) => void;
  /** Resolves to undefined where no answer came. */
  request(content: PageRequest): Promise<PageReply | undefined>;
  close(): void;
}
