import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const ROOT = join(import.meta.dirname, '../..')
const REACT = ['react', 'react-dom', 'scheduler', '@types/react', '@types/react-dom', 'csstype']

/** Keeps npm from fetching anything, and from printing more than the answer. */
const OFFLINE = { npm_config_offline: 'true', npm_config_audit: 'false', npm_config_fund: 'false' }

/** An application of another project, in a folder of its own. Beside the folder is a link to this repository. */
export class Application {
  readonly folder: string
  readonly #parent = mkdtempSync(join(tmpdir(), 'runcast-application-'))

  constructor() {
    this.folder = join(this.#parent, 'application')
    mkdirSync(this.folder)
    symlinkSync(ROOT, join(this.#parent, 'runcast'))
    this.write('package.json', JSON.stringify({ private: true, type: 'module' }))
  }

  write(file: string, text: string): void {
    writeFileSync(join(this.folder, file), text)
  }

  /** Runs commands in a shell without this repository's tools in PATH. Returns the output. */
  sh(commands: string): Promise<string> {
    return this.#run(['sh', '-e', '-c', commands], { ...withoutTools(), ...OFFLINE })
  }

  /**
   * Runs a script of a tool that is installed in this repository, inside the application. Returns the
   * output.
   */
  node(script: string, ...args: string[]): Promise<string> {
    const { NODE_ENV: _ours, ...env } = process.env
    return this.#run([process.execPath, script, ...args], env)
  }

  async #run([command = '', ...args]: string[], env: NodeJS.ProcessEnv): Promise<string> {
    const running = promisify(execFile)(command, args, { cwd: this.folder, env, maxBuffer: 1e8 })
    const { stdout } = await running.catch((cause: { stdout: string; stderr: string }) => {
      throw new Error(`${args.join(' ')}\n${cause.stdout}${cause.stderr}`, { cause })
    })
    return stdout
  }

  /**
   * Copies React and its types from this repository's packages, so that the application has React files of
   * its own.
   */
  addReact(): void {
    for (const name of REACT) {
      const from = join(ROOT, 'node_modules', name)
      cpSync(from, join(this.folder, 'node_modules', name), { recursive: true })
    }
  }

  remove(): void {
    rmSync(this.#parent, { recursive: true, force: true })
  }
}

/** Removes the folders with this repository's Node and tools from PATH. npm puts them first for its scripts. */
function withoutTools(): NodeJS.ProcessEnv {
  const paths = (process.env['PATH'] ?? '').split(':')
  const PATH = paths.filter((path) => !path.includes('node_modules')).join(':')
  const own = Object.entries(process.env).filter(([name]) => !/^(npm_|NODE_|VITEST)/.test(name))
  return { ...Object.fromEntries(own), PATH }
}
