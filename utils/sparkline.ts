export interface SparklinePoint { latencyMs: number | null, failures: number }

export interface Sparkline {
  /** One path per stretch without a gap; a lone point is a short dash. */
  paths: string[]
  /** Where something failed, from the left. */
  failures: number[]
}

/** Room at the top and for the marks at the foot. */
const MARGIN = 4
const FOOT = 8
const DASH = 2

/** Points as paths in a box of this size: the slowest touches the top, nothing stands for no calls. */
export function drawSparkline(points: SparklinePoint[], { width, height }: { width: number, height: number }): Sparkline {
  const highest = Math.max(1, ...points.map((point) => point.latencyMs ?? 0))
  const left = (index: number) => round(points.length < 2 ? 0 : (index / (points.length - 1)) * width)
  const top = (latencyMs: number) => round(MARGIN + (1 - latencyMs / highest) * (height - MARGIN - FOOT))
  const stretches: string[][] = []
  let isOpen = false
  for (const [index, { latencyMs }] of points.entries()) {
    if (latencyMs !== null) {
      if (!isOpen) stretches.push([])
      stretches.at(-1)?.push(`${left(index)} ${top(latencyMs)}`)
    }
    isOpen = latencyMs !== null
  }
  return {
    paths: stretches.map((stretch) => (stretch.length === 1 ? `M${stretch[0]}h${DASH}` : `M${stretch.join('L')}`)),
    failures: points.flatMap((point, index) => (point.failures > 0 ? [left(index)] : [])),
  }
}

const round = (value: number) => Math.round(value * 10) / 10
