import type { IncomingMessage, ServerResponse } from 'node:http'
import { processIdentity } from '../../src/host/identity.ts'
import { type Answer, type FakeEngine, fakeEngine, json } from './fake-engine.ts'

/** A container, or a volume, that an engine has. */
export interface Had {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
}

/** A fake engine with what it has left. */
export interface KeepingEngine extends FakeEngine {
  readonly containers: readonly Had[]
  readonly volumes: readonly Had[]
}

/**
 * An engine that has containers and volumes, lists them by their labels, makes and removes them.
 * @param before answers first, where it says true
 */
export async function keepingEngine(
  has: { readonly containers?: readonly Had[]; readonly volumes?: readonly Had[] },
  before: (asked: IncomingMessage, answer: ServerResponse) => boolean = () => false,
): Promise<KeepingEngine> {
  const all = { containers: [...(has.containers ?? [])], volumes: [...(has.volumes ?? [])] }
  const engine = await fakeEngine((asked, answer) => {
    if (!before(asked, answer)) void answerTo(all, asked).then((reply) => reply(asked, answer))
  })
  return { ...engine, ...all }
}

type All = { readonly containers: Had[]; readonly volumes: Had[] }

async function answerTo({ containers, volumes }: All, asked: IncomingMessage): Promise<Answer> {
  const url = new URL(asked.url ?? '', 'http://engine')
  const [, , kind, name = '', part] = url.pathname.split('/').map(decodeURIComponent)
  const isList = asked.method === 'GET' && (name === 'json' || name === '')
  if (kind === 'images')
    return isList ? json([]) : json({ Id: name, Architecture: 'amd64', Os: 'linux', Size: 1 })
  if (kind === 'networks' && isList) return json([])
  if (kind === 'containers' && isList) return json(containers.filter(isWanted(url)).map(listed))
  if (kind === 'volumes' && isList) return json({ Volumes: volumes.filter(isWanted(url)).map(volumeOf) })
  const own = kind === 'volumes' ? volumes : containers
  if (name === 'create') {
    const { Name, Labels } = await bodyOf(asked)
    const made = { name: url.searchParams.get('name') ?? Name ?? 'made', labels: Labels ?? {} }
    own.push(made)
    return json(kind === 'volumes' ? volumeOf(made) : { Id: made.name }, 201)
  }
  const index = own.findIndex((one) => one.name === name)
  if (index < 0) return json({ message: `no such ${kind}: ${name}` }, 404)
  if (asked.method === 'DELETE') own.splice(index, 1)
  return part === 'archive' ? json({ message: 'no such file' }, 404) : json({})
}

const isWanted =
  (url: URL) =>
  ({ labels }: Had): boolean => {
    const { label = [] }: { label?: string[] } = JSON.parse(url.searchParams.get('filters') ?? '{}')
    return label.every((one) => {
      const [key = '', ...value] = one.split('=')
      return value.length === 0 ? key in labels : labels[key] === value.join('=')
    })
  }

const listed = ({ name, labels }: Had) => ({
  ...{ Id: name, Names: [`/${name}`], ImageID: 'sha256:1', Labels: labels, State: 'exited', Created: 0 },
})

const volumeOf = ({ name, labels }: Had) => ({ Name: name, Labels: labels, Mountpoint: `/v/${name}` })

async function bodyOf(asked: IncomingMessage): Promise<{ Name?: string; Labels?: Record<string, string> }> {
  let text = ''
  for await (const chunk of asked) text += chunk
  return JSON.parse(text)
}

/** The labels of what a run made whose main is proven dead; `of` distinguishes mains. */
export function deadLabels(task: string, of = '1'): Readonly<Record<string, string>> {
  return {
    ...{ 'acode.managed': 'true', 'acode.session': 's1', 'acode.task': task },
    ...{ 'acode.owner': deadOwner(of), 'acode.deadline': '99999999999' },
  }
}

/** The owner label of a main that is proven dead: a process of this number started at another time. */
export const deadOwner = (start = '1'): string => JSON.stringify({ ...processIdentity(), start })
