/** The error function in float64: its series near 0, else a continued fraction for what is missing to 1. */
export function erf(x: number): number {
  const size = Math.abs(x)
  return Math.sign(x) * (size < 2.5 ? series(size) : 1 - complement(size))
}

function series(x: number): number {
  let term = x
  let sum = x
  for (let n = 1; n < 80; n++) {
    term *= (-x * x) / n
    sum += term / (2 * n + 1)
  }
  return (sum * 2) / Math.sqrt(Math.PI)
}

function complement(x: number): number {
  let fraction = 0
  for (let n = 60; n > 0; n--) fraction = n / 2 / (x + fraction)
  return Math.exp(-x * x) / (x + fraction) / Math.sqrt(Math.PI)
}
