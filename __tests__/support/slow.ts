/** True in script/slow, which has hours; script/test has minutes. */
const isSlow = process.env.ACODE_SLOW === '1'

/** How often a test tries something: so often in script/test, and so often in script/slow. */
export const tries = (usually: number, slowly: number): number => (isSlow ? slowly : usually)

/** How long such a test may take, in milliseconds: in script/test, and in script/slow. */
export const TRIES_TIMEOUT_MS = tries(300_000, 7_200_000)
