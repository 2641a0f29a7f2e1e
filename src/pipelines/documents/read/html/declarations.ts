/**
 * The properties by which a page hides words. `room`: the space that an element has without a height. `movement`: words
 * that come or go with a movement are seen before or after it.
 */
const PROPERTIES = [
  'display',
  'visibility',
  'font-size',
  'opacity',
  'text-indent',
  'position',
  'left',
  'right',
  'top',
  'clip',
  'clip-path',
  'transform',
  'overflow',
  'width',
  'height',
  'max-height',
  'room',
  'movement',
] as const
export type Property = (typeof PROPERTIES)[number]

/**
 * What a declaration does to an element. `hides`: the declaration hides the element, perhaps only together with another
 * one. `left: -9999px` hides an element only if its `position` is absolute or fixed.
 */
export type Setting = 'hides' | 'shows'

export type Declaration = {
  readonly property: Property
  readonly setting: Setting
  readonly important: boolean
}

/** The property that each name in a style sheet sets. */
const NAMES: ReadonlyMap<string, Property> = new Map<string, Property>([
  ...PROPERTIES.filter((name) => name !== 'room' && name !== 'movement').map(
    (name) => [name, name] as const,
  ),
  ['padding', 'room'],
  ['padding-top', 'room'],
  ['padding-bottom', 'room'],
  ['min-height', 'room'],
  ['transition', 'movement'],
  ['transition-property', 'movement'],
  ['animation', 'movement'],
  ['animation-name', 'movement'],
])

/** The properties that a movement changes. */
const MOVED = new Set<Property>([
  'opacity',
  'transform',
  'clip-path',
  'left',
  'right',
  'top',
  'height',
  'max-height',
  'width',
])

/** Finds the declarations of a style that show or hide. The last one of a property counts. */
export function declarationsOf(style: string): readonly Declaration[] {
  const found = new Map<string, Declaration>()
  for (const one of style.split(';')) {
    const declaration = declarationOf(one)
    if (!declaration) continue
    const key = `${declaration.property}${declaration.important ? '!' : ''}`
    found.delete(key)
    found.set(key, declaration)
  }
  return [...found.values()]
}

function declarationOf(text: string): Declaration | undefined {
  const colon = text.indexOf(':')
  const property = NAMES.get(text.slice(0, Math.max(0, colon)).trim().toLowerCase())
  if (property === undefined) return undefined
  const [given = '', mark] = text.slice(colon + 1).split('!')
  const value = given.trim().toLowerCase()
  if (property === 'font-size' && isPartOfSize(value)) return undefined
  return {
    property,
    setting: HIDES[property](value) ? 'hides' : 'shows',
    important: /^\s*important/i.test(mark ?? ''),
  }
}

/** Whether a font size depends on the size of the element around it. If that element has no size, neither has this one. */
function isPartOfSize(size: string): boolean {
  if (/^(?:inherit|smaller|larger)$/.test(size)) return true
  return /^[\d.]+(?:em|%)$/.test(size) && Number.parseFloat(size) > 0
}

/** A number of twenty characters, and its unit. */
const LENGTH = /^([+-]?[\d.]{1,20})([a-z]{0,4}|%)$/

/** Reads a length in pixels, roughly. Undefined for a part of another length. */
function pixelsOf(value: string): number | undefined {
  const [, number = '', unit = ''] = LENGTH.exec(value) ?? []
  const amount = Number.parseFloat(number)
  if (Number.isNaN(amount)) return undefined
  if (amount === 0) return 0
  const pixels = { px: 1, pt: 4 / 3, em: 16, rem: 16 }[unit]
  return pixels === undefined ? undefined : amount * pixels
}

/** No screen is so wide or high. */
const AWAY = -990

function isAway(value: string): boolean {
  return (pixelsOf(value) ?? 0) <= AWAY
}

/** One pixel of a letter tells nothing. */
function isNothing(value: string): boolean {
  const pixels = pixelsOf(value)
  return pixels !== undefined && pixels >= 0 && pixels <= 1
}

/** The values within the brackets of a function: `rect(0, 0, 0, 0)`. */
function valuesOf(name: string, value: string): readonly string[] {
  if (!value.startsWith(`${name}(`) || !value.endsWith(')')) return []
  return value
    .slice(name.length + 1, -1)
    .split(/[\s,]+/, 20)
    .filter((one) => one !== '')
}

function isEmptyRect(value: string): boolean {
  const [top, right, bottom, left] = valuesOf('rect', value).map(pixelsOf)
  if (top === undefined || right === undefined || bottom === undefined || left === undefined)
    return false
  return bottom - top <= 1 || right - left <= 1
}

function isHalf(side = ''): boolean {
  return /^[\d.]+%$/.test(side) && Number.parseFloat(side) >= 50
}

/** Whether a shape that an element is cut to is empty. */
function isEmptyShape(value: string): boolean {
  const [vertical, horizontal = vertical] = valuesOf('inset', value).slice(0, 2)
  if (isHalf(vertical) || isHalf(horizontal)) return valuesOf('inset', value).length <= 2
  const corners = valuesOf('polygon', value)
  const [radius] = valuesOf('circle', value)
  if (radius !== undefined) return pixelsOf(radius) === 0 || radius === '0%'
  return corners.length > 0 && corners.every((one) => pixelsOf(one) === 0)
}

function isMovedAway(value: string): boolean {
  const [x, y = '0'] = ['translate', 'translatex', 'translatey', 'translate3d']
    .map((name) => valuesOf(name, value))
    .find((values) => values.length > 0) ?? ['0']
  if (isAway(x ?? '0') || isAway(y)) return true
  return valuesOf('scale', value).some((one) => pixelsOf(one) === 0)
}

const HIDES: Readonly<Record<Property, (value: string) => boolean>> = {
  display: (value) => value === 'none',
  visibility: (value) => /^(?:hidden|collapse)$/.test(value),
  'font-size': (value) => /^[\d.]+(?:[a-z]+|%)?$/.test(value) && Number.parseFloat(value) === 0,
  opacity: (value) => /^[\d.]+%?$/.test(value) && Number.parseFloat(value) === 0,
  'text-indent': isAway,
  position: (value) => /^(?:absolute|fixed)$/.test(value),
  left: isAway,
  right: isAway,
  top: isAway,
  clip: isEmptyRect,
  'clip-path': isEmptyShape,
  transform: isMovedAway,
  overflow: (value) => /^(?:hidden|clip)$/.test(value),
  width: isNothing,
  height: isNothing,
  'max-height': isNothing,
  movement: (value) => /^(?:none|color|background|border|box-shadow|fill)\b/.test(value),
  room: (value) => /^[0a-z%.\s]*$/.test(value),
}

export type ShownSettings = Readonly<Partial<Record<Property, Setting | undefined>>>

/**
 * Whether nobody sees an element that has its place on the page: one that is transparent, far from the page, or cut to
 * nothing. An element within it cannot show itself again. The scripts of a page move elements, too: many pages let their
 * parts appear while a person scrolls.
 */
export function isOutOfSight(
  settings: ShownSettings,
  { isBlock, hasScript }: { readonly isBlock: boolean; readonly hasScript: boolean },
): boolean {
  const moves = hasScript || settings.movement === 'shows'
  const hides = (property: Property) =>
    settings[property] === 'hides' && !(moves && MOVED.has(property))
  if (hides('opacity') || hides('text-indent') || hides('clip-path') || hides('transform'))
    return true
  const isPlaced = hides('position')
  if (isPlaced && (['left', 'right', 'top', 'clip'] as const).some(hides)) return true
  // Only a block and a placed element have the size that they are given.
  if (!hides('overflow') || !(isBlock || isPlaced) || settings.room === 'shows') return false
  return (['width', 'height', 'max-height'] as const).some(hides)
}
