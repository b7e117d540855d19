import type { Docker } from '../../engine/docker.ts'
import { engineMode } from '../../engine/rootless.ts'
import { processIdentity } from '../../host/identity.ts'
import { jobFacts, labelsOf, sharedLabel } from '../../ownership/labels.ts'
import { VERSION } from '../../version.ts'
import type { Reclaimer } from '../../workspace/methods/remove-with-engine.ts'

/** Whose folder is removed, by the name of its container, and an image that the engine has. */
interface ReclaimRequest {
  readonly container: string
  readonly session: string
  readonly task: string
  readonly image: string
}

/** Any run may remove a helper of ours this many seconds after it was made. */
const HELPER_SECONDS = 600

/** What gives a folder of the runner's to its user through the engine, when a killed run left one. */
export async function reclaimerOf(
  docker: Docker,
  { container, session, task, image }: ReclaimRequest,
): Promise<Reclaimer> {
  const [place, { runner }] = await Promise.all([docker.ownPlace(), engineMode(docker)])
  const labels = labelsOf(
    {
      ...{ session, task, version: VERSION },
      ...jobFacts(process.env),
      owner: { ...processIdentity(), container: place.container },
      deadline: Math.ceil(Date.now() / 1000) + HELPER_SECONDS,
    },
    {},
  )
  const { translate } = place
  return { docker, runner, translate, name: container, labels: { ...labels, ...sharedLabel(null) }, image }
}
