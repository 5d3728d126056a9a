/** Compiles bench/src to bench/dist. @returns the folder, with a slash at its end */
export function buildBench(): Promise<URL>
