import type { ConfigureJob, ProductIngestion } from '../product-ingestion/product-ingestion.ts'
import type { ProductSubmission } from '../product-ingestion/publication.ts'
import { productGuid, type Resource } from '../product-ingestion/resource.ts'
import { group, newest } from './group.ts'
import type { ShownGroup, ShownThing } from './protocol.ts'

/** The products of Product Ingestion, the jobs that configure them, and what is published of them. */
export function shownProductIngestion(ingestion: ProductIngestion): ShownGroup[] {
  const { resources, submissions, jobs } = ingestion
  const products = resources.filter(({ id }) => id.startsWith('product/'))
  const nameOf = (product: string) => {
    const found = products.find(({ id }) => id === product)
    return found ? text(found['alias']) : product
  }
  return [
    group('Products', 'product-ingestion', products, product =>
      shownProduct(product, resources, submissions),
    ),
    group('Jobs', 'product-ingestion', newest(jobs), shownJob, jobs.length),
    group(
      'Submissions',
      'product-ingestion',
      newest(submissions),
      submission => shownSubmission(submission, nameOf),
      submissions.length,
    ),
  ]
}

function shownProduct(
  product: Resource,
  resources: readonly Resource[],
  submissions: readonly ProductSubmission[],
): ShownThing {
  const guid = productGuid(product.id)
  const count = resources.filter(({ id }) => productGuid(id) === guid).length
  const targets = submissions.filter(one => one.product === product.id).map(({ target }) => target)
  const isLive = targets.includes('live')
  return {
    key: product.id,
    name: text(product['alias']),
    status: isLive ? 'live' : targets.includes('preview') ? 'in preview' : 'draft',
    tone: isLive ? 'good' : targets.includes('preview') ? 'info' : 'none',
    note: `${text(product['type'])} · ${count} resources · ${product.id}`,
  }
}

function shownJob({ id, outcome }: ConfigureJob): ShownThing {
  const shown = { key: id, name: 'configure' }
  if (!outcome) return { ...shown, status: 'running', tone: 'info', note: id }
  const { touched, submissions, errors } = outcome
  const [error] = errors
  if (error) return { ...shown, status: 'failed', tone: 'bad', note: `${error.message} · ${id}` }
  const done = `${touched.length} resources changed, ${submissions.length} published`
  return { ...shown, status: 'succeeded', tone: 'good', note: `${done} · ${id}` }
}

function shownSubmission(
  { id, product, target }: ProductSubmission,
  nameOf: (product: string) => string,
): ShownThing {
  return {
    key: `${id} ${target}`,
    name: nameOf(product),
    status: target === 'live' ? 'live' : 'in preview',
    tone: target === 'live' ? 'good' : 'info',
    note: id,
  }
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
