"""Parameters of an estimator's parts, such as `module__hidden`."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from sklearn.base import BaseEstimator

from balancekit.core.wording import suggest


class NestedParameters(BaseEstimator):  # type: ignore[misc]
    """An estimator with parts that are classes or names, whose parameters are its own as well.

    A part that is a scikit-learn estimator itself has nested parameters in the usual way.
    """

    _parts: ClassVar[tuple[str, ...]] = ()

    def _set_nested(self, nested: dict[str, Any]) -> None:
        for name, value in nested.items():
            part, _, parameter = name.partition("__")
            if part not in self._parts or not parameter:
                msg = (
                    f"{type(self).__name__} takes no parameter {name!r}.{self._meant(name)} "
                    f"Parameters of {', '.join(self._parts)} have their name and two underscores "
                    "in front."
                )
                raise TypeError(msg)
            setattr(self, name, value)

    def _arguments_of(self, part: str) -> list[str]:
        """List the parameters that a part has now, as far as that is known."""
        return []

    def _meant(self, name: str) -> str:
        """Ask whether a parameter like an unknown one was meant."""
        _, _, parameter = name.partition("__")
        if parameter:
            return suggest(name, [f"{part}__{parameter}" for part in self._parts])
        nested = {
            argument: f"{part}__{argument}"
            for part in reversed(self._parts)
            for argument in self._arguments_of(part)
        }
        if name in nested:
            return f" Did you mean {nested[name]!r}?"
        return suggest(name, [*self._get_param_names(), *nested.values()])

    def _nested(self, part: str) -> dict[str, Any]:
        """Return the parameters of a part, without its name."""
        start = f"{part}__"
        return {
            name.removeprefix(start): value
            for name, value in vars(self).items()
            if name.startswith(start)
        }

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Return the parameters.

        Parameters
        ----------
        deep : bool, default=True
            Whether those of estimators among them are included.

        Returns
        -------
        parameters : dict
            Those of parts included.
        """
        own: dict[str, Any] = super().get_params(deep)
        for part in self._parts:
            own.update({f"{part}__{name}": value for name, value in self._nested(part).items()})
        return own

    def set_params(self, **parameters: Any) -> Self:
        """Set parameters.

        Parameters
        ----------
        **parameters : dict
            Values by name; those of parts as ``part__name``.

        Returns
        -------
        self : object

        Raises
        ------
        TypeError, ValueError
            If there is no such parameter.
        """
        of_parts = {
            name: parameters.pop(name)
            for name in list(parameters)
            if name.partition("__")[0] in self._parts and "__" in name
        }
        super().set_params(**parameters)
        for name, value in of_parts.items():
            part, _, parameter = name.partition("__")
            holder = getattr(self, part)
            # A class has the method, but is not set up.
            if hasattr(holder, "set_params") and not isinstance(holder, type):
                holder.set_params(**{parameter: value})
            else:
                self._set_nested({name: value})
        return self
