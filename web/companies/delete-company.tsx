import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useRef } from 'react'

import type { CompanyView } from '../../src/protocol/company.ts'
import { Modal, type ModalHandle } from '../parts/modal.tsx'
import { Trouble } from '../parts/trouble.tsx'
import { answered } from '../wire/request.ts'

/** Deletes a company after a second question. */
export function DeleteCompany({ company: { slug, name } }: { company: CompanyView }) {
  const modal = useRef<ModalHandle>(null)
  const client = useQueryClient()
  const navigate = useNavigate()
  const remove = useMutation({
    mutationFn: () => answered(`/api/companies/${encodeURIComponent(slug)}`, { method: 'DELETE' }),
    onSuccess: async () => {
      modal.current?.close()
      await client.invalidateQueries({ queryKey: ['companies'] })
      await navigate({ to: '/companies' })
    },
  })
  return (
    <>
      <button type="button" className="button button-danger" onClick={() => modal.current?.open()}>
        Delete
      </button>
      <Modal ref={modal} title={`Delete ${name}?`}>
        <p>Its stored postings are deleted too. The runs that read them stay.</p>
        {remove.error && <Trouble title="The company was not deleted" error={remove.error} />}
        <div className="flex flex-wrap justify-end gap-3">
          <button
            type="button"
            className="button button-quiet"
            onClick={() => modal.current?.close()}
          >
            Keep the company
          </button>
          <button
            type="button"
            className="button button-danger"
            disabled={remove.isPending}
            onClick={() => remove.mutate()}
          >
            {remove.isPending ? 'Deleting…' : 'Delete the company'}
          </button>
        </div>
      </Modal>
    </>
  )
}
