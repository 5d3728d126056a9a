import { BinaryWriter } from '@bufbuild/protobuf/wire'
import type { OnnxGraph } from './convert-model.js'
import type {
  Attribute,
  Attributes,
  ConstantTensor,
  ElementType,
  GraphNode,
  GraphPort,
} from './graph/tensor-type.js'

// Numbers of the fields are those of onnx.proto (github.com/onnx/onnx, Apache-2.0).
const IR_VERSION = 8
const OPSET = 17
const elementTypes: Readonly<Record<ElementType, number>> = {
  ...{ float32: 1, int32: 6, int64: 7, bool: 9 },
}

/** What stands in the file besides the graph. */
export interface ModelHeader {
  readonly name: string
  readonly version: string
  /** Facts about the model, as texts. */
  readonly metadata: Readonly<Record<string, string>>
}

/** A model as the bytes of an ONNX file: `ModelProto`, opset 17. */
export function modelFile(graph: OnnxGraph, header: ModelHeader): Uint8Array {
  const writer = new BinaryWriter()
  writer.tag(1, VARINT).int64(IR_VERSION)
  writer.tag(2, BYTES).string('regimen')
  writer.tag(3, BYTES).string(header.version)
  nested(writer, 7, () => writeGraph(writer, graph, header.name))
  nested(writer, 8, () => writer.tag(2, VARINT).int64(OPSET))
  for (const [key, value] of Object.entries(header.metadata))
    nested(writer, 14, () => writer.tag(1, BYTES).string(key).tag(2, BYTES).string(value))
  return writer.finish()
}

const VARINT = 0
const BYTES = 2
const FIXED32 = 5

function writeGraph(writer: BinaryWriter, graph: OnnxGraph, name: string): void {
  for (const node of graph.nodes) nested(writer, 1, () => writeNode(writer, node))
  writer.tag(2, BYTES).string(name)
  for (const [key, tensor] of graph.constants)
    nested(writer, 5, () => writeTensor(writer, key, tensor))
  for (const port of graph.inputs) nested(writer, 11, () => writePort(writer, port))
  for (const port of graph.outputs) nested(writer, 12, () => writePort(writer, port))
}

function writeNode(writer: BinaryWriter, node: GraphNode): void {
  for (const input of node.inputs) writer.tag(1, BYTES).string(input)
  for (const output of node.outputs) writer.tag(2, BYTES).string(output)
  writer.tag(3, BYTES).string(node.name)
  writer.tag(4, BYTES).string(node.operator)
  writeAttributes(writer, node.attributes)
}

function writeAttributes(writer: BinaryWriter, attributes: Attributes): void {
  for (const [name, attribute] of Object.entries(attributes)) {
    nested(writer, 5, () => {
      writer.tag(1, BYTES).string(name)
      const type = writeAttributeValue(writer, attribute)
      writer.tag(20, VARINT).int32(type)
    })
  }
}

/** @returns the number of the attribute's type */
function writeAttributeValue(writer: BinaryWriter, attribute: Attribute): number {
  if ('float' in attribute) {
    writer.tag(2, FIXED32).float(attribute.float)
    return 1
  }
  if ('int' in attribute) {
    writer.tag(3, VARINT).int64(attribute.int)
    return 2
  }
  if ('text' in attribute) {
    writer.tag(4, BYTES).string(attribute.text)
    return 3
  }
  if ('floats' in attribute) {
    for (const value of attribute.floats) writer.tag(7, FIXED32).float(value)
    return 6
  }
  if ('ints' in attribute) {
    for (const value of attribute.ints) writer.tag(8, VARINT).int64(value)
    return 7
  }
  for (const value of attribute.texts) writer.tag(9, BYTES).string(value)
  return 8
}

function writeTensor(writer: BinaryWriter, name: string, tensor: ConstantTensor): void {
  const { shape, type, data } = tensor
  for (const size of shape) writer.tag(1, VARINT).int64(size)
  writer.tag(2, VARINT).int32(elementTypes[type])
  writer.tag(8, BYTES).string(name)
  const { buffer, byteOffset, byteLength } = data
  writer.tag(9, BYTES).bytes(new Uint8Array(buffer, byteOffset, byteLength))
}

function writePort(writer: BinaryWriter, { name, type, shape }: GraphPort): void {
  writer.tag(1, BYTES).string(name)
  nested(writer, 2, () =>
    nested(writer, 1, () => {
      writer.tag(1, VARINT).int32(elementTypes[type])
      nested(writer, 2, () => {
        for (const size of shape) nested(writer, 1, () => writeSize(writer, size))
      })
    }),
  )
}

function writeSize(writer: BinaryWriter, size: number | string): void {
  if (typeof size === 'number') writer.tag(1, VARINT).int64(size)
  else writer.tag(2, BYTES).string(size)
}

/** A field that is a message. */
function nested(writer: BinaryWriter, field: number, write: () => unknown): void {
  writer.tag(field, BYTES).fork()
  write()
  writer.join()
}
