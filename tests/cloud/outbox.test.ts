import { describe, expect, test, vi } from 'vitest';
import { Outbox, type OutboxLimits, type Outgoing } from '../../src/cloud/publish/outbox.ts';

const message = (id: number, bytes = 10): Outgoing => ({
  topic: 'crypto-stream',
  symbol: 'BTCUSDT',
  id,
  key: Buffer.from('BTCUSDT'),
  value: Buffer.alloc(bytes),
});

function outbox(limits: OutboxLimits, send?: (ids: number[]) => Promise<void>) {
  const requests: number[][] = [];
  const onFailure = vi.fn();
  const box = new Outbox(
    async (messages) => {
      const ids = messages.map(({ id }) => id);
      requests.push(ids);
      await send?.(ids);
    },
    limits,
    onFailure,
  );
  return { box, requests, onFailure };
}

describe('the outbox', () => {
  test('keeps requests under the bytes and the number, and the order', async () => {
    const { box, requests } = outbox({ maxBytes: 1_000, maxMessages: 5, lingerMs: 10_000 });
    for (let id = 0; id < 23; id++) await box.add(message(id, id % 7 === 0 ? 500 : 20));
    await box.drain();
    expect(requests.flat()).toEqual(Array.from({ length: 23 }, (_, id) => id));
    for (const ids of requests) {
      expect(ids.length).toBeLessThanOrEqual(5);
      const bytes = ids.reduce((sum, id) => sum + (id % 7 === 0 ? 500 : 20) + 7 + 64, 0);
      expect(bytes).toBeLessThanOrEqual(1_000);
    }
  });

  test('sends one request at a time: the next waits for the answer', async () => {
    let underWay = 0;
    let most = 0;
    const { box, requests } = outbox({ maxMessages: 2 }, async () => {
      most = Math.max(most, ++underWay);
      await new Promise((resolve) => setTimeout(resolve, 2));
      underWay--;
    });
    for (let id = 0; id < 9; id++) await box.add(message(id));
    await box.drain();
    expect(most).toBe(1);
    expect(requests.flat()).toHaveLength(9);
  });

  test('a message that waits alone departs after a while', async () => {
    const { box, requests } = outbox({ lingerMs: 5 });
    void box.add(message(1));
    await vi.waitFor(() => expect(requests).toEqual([[1]]));
  });

  test('a failure is told at once, and thrown by what comes after; nothing is sent past it', async () => {
    const { box, requests, onFailure } = outbox({ maxMessages: 1 }, async () => {
      throw new Error('away');
    });
    await box.add(message(1));
    await vi.waitFor(() => expect(onFailure).toHaveBeenCalledOnce());
    expect(() => box.add(message(2))).toThrow('away');
    await expect(box.drain()).rejects.toThrow('away');
    expect(requests).toEqual([[1]]);
  });
});
