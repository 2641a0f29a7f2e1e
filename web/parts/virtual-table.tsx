import {
  type ColumnDef,
  columnVisibilityFeature,
  tableFeatures,
  useTable,
} from '@tanstack/react-table'
import { useWindowVirtualizer, type VirtualItem } from '@tanstack/react-virtual'
import { type CSSProperties, memo, type ReactNode, useEffect, useMemo, useRef } from 'react'

import { useKeys } from './row-keys.ts'

export type TableColumn<Row> = {
  readonly id: string
  readonly header: string
  /** The column's share of the width, as CSS has it: `2fr`, `8rem`. */
  readonly width: string
  readonly cell: (row: Row) => ReactNode
  /** Numbers stand at the end of their column. */
  readonly end?: boolean
}

type VirtualTableProps<Row> = {
  label: string
  columns: readonly TableColumn<Row>[]
  /** The columns that are shown. Absent: all. */
  shown?: readonly string[] | undefined
  rows: readonly Row[]
  keyOf: (row: Row) => string
  isCurrent?: (row: Row) => boolean
  /** Called when the last row comes into sight. */
  onEnd?: (() => void) | undefined
}

const features = tableFeatures({ columnVisibilityFeature })

/** A table of any number of rows, of which only those in sight are in the page. On a phone a row is a card. */
export function VirtualTable<Row extends object>(props: VirtualTableProps<Row>) {
  const { label, columns, shown, rows } = props
  const visible = useMemo(
    () => columns.filter(({ id }) => shown?.includes(id) ?? true),
    [columns, shown],
  )
  return (
    <table
      aria-label={label}
      aria-rowcount={rows.length + 1}
      className="panel block overflow-clip"
      style={templateOf(visible)}
    >
      <thead className="block">
        <tr aria-rowindex={1} className="table-row-grid table-head">
          {visible.map(({ id, header, end }) => (
            <th key={id} scope="col" className={end === true ? 'text-right' : 'text-left'}>
              {header}
            </th>
          ))}
        </tr>
      </thead>
      <Body {...props} visible={visible.map(({ id }) => id).join()} />
    </table>
  )
}

/** The widths of the columns, for the grid of each row. */
function templateOf(columns: readonly { readonly width: string }[]): CSSProperties {
  return Object.fromEntries([['--columns', columns.map(({ width }) => width).join(' ')]])
}

/**
 * The height of a row of one or two lines on a wide screen, in pixels, as `table-line` of style.css has it. For each row that
 * comes into sight with another height the places of all rows are computed anew, and the table is rendered once more.
 */
const ROW_PX = 52

function Body<Row extends object>(props: VirtualTableProps<Row> & { visible: string }) {
  const { rows, columns, visible, keyOf, onEnd, isCurrent } = props
  const body = useRef<HTMLTableSectionElement>(null)
  // oxlint-disable-next-line react/incompatible-library -- the list is rendered anew whenever it scrolls
  const virtual = useWindowVirtualizer({
    count: rows.length,
    estimateSize: () => ROW_PX,
    overscan: 8,
    getItemKey: useKeys(rows, keyOf),
    scrollMargin: body.current?.offsetTop ?? 0,
  })
  const items = virtual.getVirtualItems()
  const first = items[0]?.index ?? 0
  const last = items.at(-1)?.index ?? -1
  const table = useRowsInSight(
    props,
    useMemo(() => rows.slice(first, last + 1), [rows, first, last]),
  )
  const model = table.getRowModel().rows
  useEnd(items, rows.length, onEnd)
  return (
    <tbody ref={body} className="relative block" style={{ height: `${virtual.getTotalSize()}px` }}>
      {items.map((item) => {
        const row = model[item.index - first]
        if (row === undefined) return null
        return (
          <BodyRow
            key={item.key}
            id={row.id}
            of={row.original}
            index={item.index}
            start={item.start - virtual.options.scrollMargin}
            isCurrent={isCurrent?.(row.original) === true}
            columns={columns}
            visible={visible}
            measure={virtual.measureElement}
            cells={() =>
              row.getVisibleCells().map((cell) => (
                // oxlint-disable-next-line jsx-a11y/control-has-associated-label -- the cell itself is rendered in it
                <td key={cell.id} className="min-w-0 empty:hidden sm:empty:block">
                  <table.FlexRender cell={cell} />
                </td>
              ))
            }
          />
        )
      })}
    </tbody>
  )
}

type BodyRowProps = {
  id: string
  /** What the row shows. A row that changed is another object. */
  of: object
  index: number
  start: number
  isCurrent: boolean
  columns: object
  visible: string
  measure: (row: HTMLTableRowElement | null) => void
  cells: () => ReactNode
}

/** React renders a row again only if what the row shows is another object, or stands elsewhere. */
const BodyRow = memo(
  ({ id, index, start, isCurrent, measure, cells }: BodyRowProps) => (
    <tr
      ref={measure}
      data-index={index}
      data-row={id}
      aria-rowindex={index + 2}
      aria-current={isCurrent ? true : undefined}
      className="table-row-grid table-line"
      style={{ transform: `translateY(${start}px)` }}
    >
      {cells()}
    </tr>
  ),
  (before, now) =>
    before.of === now.of &&
    before.index === now.index &&
    before.start === now.start &&
    before.isCurrent === now.isCurrent &&
    before.columns === now.columns &&
    before.visible === now.visible,
)

/**
 * The table knows the rows in sight alone. Of 20,000 live rows, of which 50 change twenty times a second, it would otherwise
 * make 20,000 objects each time.
 */
function useRowsInSight<Row extends object>(
  { columns, shown, keyOf }: VirtualTableProps<Row>,
  data: readonly Row[],
) {
  return useTable({
    features,
    columns: useMemo(() => columns.map((column) => defOf(column)), [columns]),
    data,
    getRowId: keyOf,
    state: {
      columnVisibility: useMemo(
        () => Object.fromEntries(columns.map(({ id }) => [id, shown?.includes(id) ?? true])),
        [columns, shown],
      ),
    },
  })
}

function defOf<Row extends object>({
  id,
  header,
  cell,
}: TableColumn<Row>): ColumnDef<typeof features, Row> {
  return { id, header, cell: ({ row }) => cell(row.original) }
}

/** Tells once for each number of rows that the last one came into sight. */
function useEnd(items: readonly VirtualItem[], count: number, onEnd: (() => void) | undefined) {
  const told = useRef(0)
  const last = items.at(-1)?.index ?? -1
  useEffect(() => {
    if (count === 0 || last < count - 1 || told.current === count) return
    told.current = count
    onEnd?.()
  }, [last, count, onEnd])
}
