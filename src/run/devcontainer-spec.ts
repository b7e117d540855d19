import type { ContainerSpec } from '../task/contract.ts'
import type { Run } from './open-run.ts'
export async function describedSpec(_run: Run, spec: ContainerSpec): Promise<{ spec: ContainerSpec; prelude: string }> {
  return { spec, prelude: '' }
}
