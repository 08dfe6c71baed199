/**
 * Tells whether a path is one that `pattern` names: in any letter case, with or without a slash at its
 * end, `*` standing for any characters.
 *
 * Each piece between two stars is looked for once, at its first place after the piece before it: a later
 * place would leave less for the pieces that follow. A regular expression would try all places, which
 * takes years for a few stars and a long path.
 */
export function pathPattern(pattern: string): (path: string) => boolean {
  const [first = '', ...others] = pattern.toLowerCase().split('*')
  const last = others.pop()
  const pieces = others.filter(piece => piece !== '')

  function matches(path: string): boolean {
    if (last === undefined) return path === first
    if (!path.startsWith(first)) return false
    let end = first.length
    for (const piece of pieces) {
      const start = path.indexOf(piece, end)
      if (start < 0) return false
      end = start + piece.length
    }
    return path.length - last.length >= end && path.endsWith(last)
  }

  return requested => {
    const path = requested.toLowerCase()
    return matches(path) || (path.endsWith('/') && matches(path.slice(0, -1)))
  }
}
