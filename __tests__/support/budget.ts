import { Budget, type BudgetLimits } from '../../src/host/budget.ts'

/** A budget that is not met, but for the limits given. */
export const wide = (
  limits: Partial<BudgetLimits> = {},
  cancel: AbortSignal = new AbortController().signal,
): Budget => new Budget({ seconds: 600, bytes: 1e12, files: 1e6, depth: 100, ...limits }, cancel)
