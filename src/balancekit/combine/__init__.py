"""Samplers made of samplers."""

from balancekit.combine._sampler_chain import SamplerChain
from balancekit.combine._smote_enn import SMOTEENN
from balancekit.combine._smote_tomek import SMOTETomek

__all__ = ["SMOTEENN", "SMOTETomek", "SamplerChain"]
