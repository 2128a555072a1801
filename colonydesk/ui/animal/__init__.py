"""An animal's page: everything that is known of one subject."""

from colonydesk.ui.animal.page import AnimalPage

__all__ = ["AnimalPage"]
