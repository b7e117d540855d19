import { describe, expect, it } from 'vitest'
import { listeningIn } from '../../../src/services/sockets.ts'

const V4 = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0B00007F:9B9B 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 149789 1 00000000a2f6994c 100 0 0 10 0
   1: 00000000:1538 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 149789 1 00000000a2f6994c 100 0 0 10 0
   2: 020012AC:1F40 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 149789 1 00000000a2f6994c 100 0 0 10 0
   3: 020012AC:D431 030012AC:1538 01 00000000:00000000 00:00000000 00000000     0        0 149789 1 00000000a2f6994c 100 0 0 10 0
`
const V6 = `  sl  local_address                         remote_address                        st
   0: 00000000000000000000000000000000:18EB 00000000000000000000000000000000:0000 0A 00000000:00000000
   1: 00000000000000000000000001000000:0050 00000000000000000000000000000000:0000 0A 00000000:00000000
   2: 0000000000000000FFFF00000100007F:0051 00000000000000000000000000000000:0000 0A 00000000:00000000
`

describe('where a service listens (BES-1)', () => {
  it('is what the kernel’s tables have of sockets that listen, its loopback apart', () => {
    const { outside, inside } = listeningIn(`${V4}\n${V6}`)
    expect([...outside]).toEqual([5432, 8000, 6379])
    expect([...inside]).toEqual([0x9b9b, 80, 81])
  })

  it('is nowhere where the text is no such table', () => {
    expect(listeningIn('sh: not found').outside.size).toBe(0)
  })
})
