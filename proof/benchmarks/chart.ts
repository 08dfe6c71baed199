import { BarChart } from 'echarts/charts'
import { GridComponent, LegendComponent, TitleComponent } from 'echarts/components'
import { init, use } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'
import type { Chart } from './measured.ts'

use([BarChart, GridComponent, LegendComponent, TitleComponent, SVGRenderer])

/** A bar chart as the text of an SVG file. */
export function svg({ title, unit, categories, series, logarithmic = false }: Chart): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: 760, height: 380 })
  chart.setOption({
    animation: false,
    backgroundColor: '#ffffff',
    title: { text: title, left: 'center' },
    legend: { bottom: 0, show: Object.keys(series).length > 1 },
    grid: { left: 90, right: 30, top: 50, bottom: 70 },
    xAxis: { type: 'category', data: [...categories], axisLabel: { interval: 0 } },
    yAxis: { type: logarithmic ? 'log' : 'value', name: unit, min: logarithmic ? 1 : 0 },
    series: Object.entries(series).map(([name, data]) => ({ name, type: 'bar', data: [...data] })),
  })
  const text = chart.renderToSVGString()
  chart.dispose()
  // A title for who cannot see it; without the styles for hovering, which a picture in a page never uses.
  return text
    .replace('>', `><title>${title}</title>`)
    .replace(/<style[^>]*>[\s\S]*?<\/style>\s*/g, '')
}
