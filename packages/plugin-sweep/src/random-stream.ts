/** Numbers from 0 to 1 (exclusive) that depend on the key alone: for one draw of one trial of one sweep. */
export function randomStream(...key: readonly (string | number)[]): () => number {
  let state = hashOf(key.join('/'))
  // Mulberry32, Tommy Ettinger 2017: one 32-bit state, passes gjrand; a trial draws a few dozen numbers.
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** FNV-1a with a last mix, since keys differ in their last letters. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (const byte of new TextEncoder().encode(text))
    hash = Math.imul(hash ^ byte, 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  return (hash ^ (hash >>> 13)) >>> 0
}
