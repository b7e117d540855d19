import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { imageName } from '../engine.ts'
import { Job, type RunningStep } from '../runner.ts'
import type { MortalEngine } from './mortal-engine.ts'

const RUN = `
echo sibling at work
while [ ! -e /mark/go ]; do sleep 0.1; done
echo "answer=42" >>"$GITHUB_OUTPUT"`

/** A task of another job, which lives while a fault strikes its neighbour. */
export class Sibling {
  readonly #engine: MortalEngine
  readonly #job: Job
  readonly #running: RunningStep
  #container = ''

  static async start(engine: MortalEngine): Promise<Sibling> {
    const job = await Job.create()
    mkdirSync(path.join(job.workspace, 'mark'))
    const inputs = {
      image: imageName.base,
      run: RUN,
      mounts: 'mark:/mark',
      upload: 'never',
      workspace: 'none',
    }
    const running = job.start(inputs, { env: { DOCKER_HOST: engine.host } })
    const sibling = new Sibling(engine, job, running)
    await running.sees(/^sibling at work/m)
    sibling.#container = await sibling.#find()
    return sibling
  }

  private constructor(engine: MortalEngine, job: Job, running: RunningStep) {
    this.#engine = engine
    this.#job = job
    this.#running = running
  }

  /** Its container, where that runs. */
  #find(): Promise<string> {
    const session = `label=acode.session=r${this.#job.variable('GITHUB_RUN_ID')}a1`
    return this.#engine.docker('ps', '--quiet', '--no-trunc', '--filter', session)
  }

  /** Why it is not unharmed; null when it is. */
  async harm(): Promise<string | null> {
    const found = await this.#find()
    return found === this.#container ? null : `its container ${this.#container} is gone (${found})`
  }

  /** Lets it come to its end, and gives why that is not the right one. */
  async end(): Promise<string | null> {
    writeFileSync(path.join(this.#job.workspace, 'mark/go'), '')
    const step = await this.#running.result
    const post = await step.post()
    await this.#job.remove()
    const isRight = !step.failed && step.outputs.answer === '42' && !post.failed
    return isRight ? null : `it ended with ${step.exitCode}:\n${step.log}${post.log}`
  }
}
