import { StringDecoder } from 'node:string_decoder'
import { z } from 'zod'
import { EngineError } from './errors.ts'

const messageSchema = z.object({
  id: z.string().optional(),
  status: z.string().optional(),
  progressDetail: z.object({ current: z.number().optional(), total: z.number().optional() }).nullish(),
  errorDetail: z.object({ message: z.string() }).nullish(),
  error: z.string().nullish(),
})

/** One message of an engine that pulls: of the image, for people; of a layer; or nothing that counts. */
export type PullMessage =
  | { readonly about: 'image'; readonly text: string }
  | {
      readonly about: 'layer'
      readonly layer: string
      readonly state: LayerState
      /** Bytes that are there of one that is `arriving`; undefined when they are not known. */
      readonly current: number | undefined
      readonly total: number | undefined
    }
  | { readonly about: 'nothing' }

/** How far a layer is: it waits, its bytes arrive, all of them are there, or it is in place. */
export type LayerState = 'waiting' | 'arriving' | 'arrived' | 'done'

/** The words of engines for a layer; what else they say with an id is about the image. */
const LAYER_STATES: ReadonlyMap<string, LayerState> = new Map([
  ['Pulling fs layer', 'waiting'],
  ['Waiting', 'waiting'],
  ['Downloading', 'arriving'],
  ['Verifying Checksum', 'arrived'],
  ['Download complete', 'arrived'],
  ['Extracting', 'arrived'],
  ['Pull complete', 'done'],
  ['Already exists', 'done'],
])

/** Far more than a message has: an engine that sends no line end is not waited for. */
const LONGEST_LINE = 1024 * 1024

/**
 * The messages of a pull, which come as lines of JSON behind a status of success.
 * @throws EngineError when one says that the pull failed, or is no message
 */
export async function* pullMessages(
  response: AsyncIterable<Buffer>,
  call: string,
): AsyncGenerator<PullMessage> {
  const decoder = new StringDecoder('utf8')
  let rest = ''
  for await (const chunk of response) {
    const lines = (rest + decoder.write(chunk)).split('\n')
    rest = lines.pop() ?? ''
    if (rest.length > LONGEST_LINE) throw unreadable(call)
    for (const line of lines) if (line.trim() !== '') yield messageOf(line, call)
  }
  if (rest.trim() !== '') yield messageOf(rest, call)
}

function messageOf(line: string, call: string): PullMessage {
  const { id, status = '', progressDetail, errorDetail, error } = parsed(line, call)
  const why = errorDetail?.message ?? error
  if (why !== undefined && why !== null) throw new EngineError('refused', call, why.trim())
  if (id === undefined) return saying(status)
  // The id is the tag then.
  if (status.startsWith('Pulling from ')) return saying(`${id}: ${status}`)
  const state = LAYER_STATES.get(status)
  if (state === undefined) return NOTHING
  // While a layer is unpacked, the engine counts what is unpacked of it.
  const { current, total } = (state === 'arriving' ? progressDetail : null) ?? {}
  return { about: 'layer', layer: id, state, current, total }
}

const saying = (text: string): PullMessage => (text === '' ? NOTHING : { about: 'image', text })

const NOTHING: PullMessage = { about: 'nothing' }

function parsed(line: string, call: string): z.output<typeof messageSchema> {
  try {
    return messageSchema.parse(JSON.parse(line))
  } catch (cause) {
    throw unreadable(call, cause)
  }
}

const unreadable = (call: string, cause?: unknown): EngineError =>
  new EngineError('refused', call, 'the engine’s answer to a pull cannot be read', { cause })
