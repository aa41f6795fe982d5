"""Building blocks of LLVM code: types, and operations on vectors that take several instructions.

An intrinsic of numba is a Python function that writes LLVM code: `codegen` runs once, at compile
time, and each call on `builder` appends one instruction. Vectors have a fixed number of lanes;
LLVM maps them to what the processor has, so the code is the same for AVX2, AVX-512 and NEON.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba.extending import intrinsic as numba_intrinsic

# What it makes is called with numba's own types only.
intrinsic: Any = numba_intrinsic

FLOAT = ir.FloatType()
DOUBLE = ir.DoubleType()
INT16 = ir.IntType(16)
INT32 = ir.IntType(32)
INT64 = ir.IntType(64)


def data_of(context: Any, builder: Any, array_type: Any, array: Any) -> Any:
    """Return the pointer to the first entry of an array."""
    return context.make_array(array_type)(context, builder, array).data


def shifted(builder: Any, pointer: Any, offset: Any) -> Any:
    """Return a pointer that is `offset` entries on."""
    if isinstance(offset, int):
        offset = ir.Constant(INT64, offset)
    return builder.gep(pointer, [offset])


def load_vector(builder: Any, pointer: Any, vector: Any) -> Any:
    """Load a vector of some type from a pointer to its first number."""
    # Rows start anywhere, so no more alignment than that of one number is promised.
    align = 8 if vector.element is DOUBLE else 4
    return builder.load(builder.bitcast(pointer, vector.as_pointer()), align=align)


def store_vector(builder: Any, vector: Any, pointer: Any) -> None:
    """Store a vector to a pointer to its first number."""
    align = 8 if vector.type.element is DOUBLE else 4
    builder.store(vector, builder.bitcast(pointer, vector.type.as_pointer()), align=align)


def broadcast(builder: Any, number: Any, vector: Any) -> Any:
    """Return a vector of some type whose lanes all hold a number."""
    undefined = ir.Constant(vector, ir.Undefined)
    first = builder.insert_element(undefined, number, ir.Constant(INT32, 0))
    lanes = ir.Constant(ir.VectorType(INT32, vector.count), [0] * vector.count)
    return builder.shuffle_vector(first, undefined, lanes)


def lanes_of(builder: Any, vector: Any, start: int, stop: int) -> Any:
    """Return the lanes ``start:stop`` of a vector."""
    undefined = ir.Constant(vector.type, ir.Undefined)
    lanes = list(range(start, stop))
    mask = ir.Constant(ir.VectorType(INT32, len(lanes)), lanes)
    return builder.shuffle_vector(vector, undefined, mask)
