// The arguments of a launch are words of 4 bytes: addresses of what it writes, addresses of what it
// reads, integers, floats, in this order.

/** Integer argument at `index`. */
// @ts-ignore: decorators are AssemblyScript's
@inline
export function integer(args: usize, index: i32): i32 {
  return load<i32>(args + ((<usize>index) << 2))
}

/** Address argument at `index`, in bytes. */
// @ts-ignore: decorators are AssemblyScript's
@inline
export function address(args: usize, index: i32): usize {
  return load<u32>(args + ((<usize>index) << 2))
}

/** Float argument at `index`. */
// @ts-ignore: decorators are AssemblyScript's
@inline
export function float(args: usize, index: i32): f32 {
  return load<f32>(args + ((<usize>index) << 2))
}

/** Words of all arguments, from the header before them. */
// @ts-ignore: decorators are AssemblyScript's
@inline
export function argumentWords(args: usize): i32 {
  return load<i32>(args - 8) - 3
}
