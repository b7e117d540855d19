import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, expect, it, onTestFinished } from 'vitest'
import { CacheJobs } from '../../support/cache-jobs.ts'
import { PipIndex } from '../../support/pip-index.ts'
import { makeServers, serverImage } from '../../support/servers.ts'
import { TaskJob } from '../../support/task-job.ts'

beforeAll(makeServers, 300_000)

it('a real pip installs without its index what an earlier task has downloaded or built (BES-3)', async () => {
  const index = await PipIndex.start()
  onTestFinished(() => index.stop())
  const { repository } = CacheJobs.create()
  const install = async () => {
    const { job } = await TaskJob.create({ github: { GITHUB_REPOSITORY: repository } })
    writeFileSync(path.join(job.workspace, 'requirements.txt'), 'built==1.0.0\nready==1.0.0\n')
    return job.uses({
      ...{ image: serverImage.pip, cache: 'auto', env: index.variables },
      run: 'pip install --target /tmp/lib -r requirements.txt\ncd /tmp/lib && python3 -c "import built, ready; print(built.word); print(ready.word)"',
    })
  }
  const cold = await install()
  expect(cold.lines, cold.log).toEqual(expect.arrayContaining(['built is installed', 'ready is installed']))
  expect(index.downloads.toSorted()).toEqual(['built-1.0.0.tar.gz', 'ready-1.0.0-py3-none-any.whl'])
  const warm = await install()
  expect(warm.lines, warm.log).toEqual(expect.arrayContaining(['built is installed', 'ready is installed']))
  expect(index.downloads).toHaveLength(2)
})
