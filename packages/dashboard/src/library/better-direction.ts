const LOWER =
  /(^|[_/\-.])(loss|error|err|mse|mae|rmse|perplexity|ppl|bce|nll|kl|divergence|cer|wer)($|[_/\-.\d])|Error$|Loss$/i

/**
 * Whether lower or higher values of a metric are taken for better, by its name: losses, errors and
 * perplexities are better when lower, all others when higher. It is a guess, for tables that show a best value.
 */
export function betterDirection(name: string): 'min' | 'max' {
  return LOWER.test(name) ? 'min' : 'max'
}
