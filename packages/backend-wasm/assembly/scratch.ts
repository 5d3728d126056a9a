// A thread's own memory for packed panels and partial results. Every thread has an instance of this
// module, so that a mutable global belongs to one thread.

/** Bytes of {@link scratch}. */
export const SCRATCH_BYTES: usize = 1 << 19

let address: usize = 0

export function setScratch(place: usize): void {
  address = place
}

/** This thread's memory, aligned to 16 bytes. Its content is undefined at the start of a task. */
// @ts-ignore: decorators are AssemblyScript's
@inline
export function scratch(): usize {
  return address
}
