import { describe, expect, it } from 'vitest'
import { FrameError, Frames } from '../../../src/engine/transport/frames.ts'

function frame(stream: number, text: string): Buffer {
  const header = Buffer.alloc(8)
  header[0] = stream
  header.writeUInt32BE(text.length, 4)
  return Buffer.concat([header, Buffer.from(text)])
}

const OUTPUT = Buffer.concat([
  frame(1, 'out 1\n'),
  frame(2, 'err 1\n'),
  frame(1, ''),
  frame(1, 'x'.repeat(300)),
])
const TEXT = `out 1\nerr 1\n${'x'.repeat(300)}`

describe('Frames', () => {
  it.each([OUTPUT.length, 300, 64, 9, 8, 7, 1])(
    'give both streams in their order, in chunks of %i',
    (size) => {
      const frames = new Frames()
      let text = ''
      for (let from = 0; from < OUTPUT.length; from += size)
        text += frames.payload(Buffer.from(OUTPUT.subarray(from, from + size))).toString()
      expect(text).toBe(TEXT)
    },
  )

  it('allocate nothing: what they give is in the chunk’s own memory', () => {
    const chunk = Buffer.from(OUTPUT)
    expect(new Frames().payload(chunk).buffer).toBe(chunk.buffer)
  })

  it.each([
    ['what has no frames', Buffer.from('no frames at all')],
    ['an unknown stream', frame(4, 'x')],
  ])('refuse %s', (_what, chunk) => {
    expect(() => new Frames().payload(chunk)).toThrow(FrameError)
  })
})
