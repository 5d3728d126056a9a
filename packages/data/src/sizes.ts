/** How many numbers there are in a shape. */
export function product(sizes: readonly number[]): number {
  return sizes.reduce((total, size) => total * size, 1)
}
