import { type Proxies, proxiesOf } from '../../container/proxy.ts'
import { isLimited } from '../../egress/policy.ts'
import type { Docker } from '../../engine/docker.ts'
import { dockerConfig } from '../../engine/registry/docker-config.ts'
import * as runner from '../../github/runner.ts'
import type { ContainerSpec } from '../../task/contract.ts'

/** The task's proxies, their passwords masked. One that has a password and that was not asked for is named in a notice. */
export async function findProxies(
  docker: Docker,
  { proxy, egress, services }: ContainerSpec,
  env: NodeJS.ProcessEnv,
): Promise<Proxies> {
  const config = dockerConfig(env)
  const proxies = proxiesOf(proxy, env, config, await docker.endpoint(), Object.keys(services))
  for (const secret of proxies.secrets) runner.mask(secret)
  // Where its egress is limited, the task is not given them.
  if (proxies.secrets.length > 0 && proxy === undefined && !isLimited(egress))
    runner.notice(
      'Docker’s configuration gives the task a proxy with a password, which the task can read. It is masked in the log. Keep it out with proxy: none, or say that it is meant with proxy: config.',
      'Proxy',
    )
  return proxies
}
