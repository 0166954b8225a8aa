/** Lends the buffers that messages are read into and made in, so that moving gigabytes allocates a few dozen megabytes once. */
export class BufferPool {
  private readonly free = new Map<number, Buffer[]>();

  take(size: number): Buffer {
    const room = BufferPool.room(size);
    return this.free.get(room)?.pop() ?? Buffer.allocUnsafeSlow(room);
  }

  give(buffer: Buffer): void {
    // Small ones are cheaper to make than to keep.
    if (buffer.length <= SMALL) return;
    const kept = this.free.get(buffer.length) ?? [];
    if (kept.length < KEPT) kept.push(buffer);
    this.free.set(buffer.length, kept);
  }

  /** Lets go of all that nobody uses: the next work wants other sizes. */
  drain(): void {
    this.free.clear();
  }

  private static room(size: number): number {
    return size <= SMALL ? size : (rooms.find((it) => size <= it) ?? size);
  }
}

const SMALL = 1 << 16;
const KEPT = 6;
/** The last one holds the largest reply that there is. */
const rooms = [1 << 18, 1 << 20, 5 << 20, 17 << 20];
