"""Every table of the product, for the migrations and for whoever needs the whole schema."""

from sqlmodel import SQLModel

from crm_core.conversations import tables as conversations
from crm_core.customers import tables as customers
from crm_core.files import tables as files
from crm_core.outreach import tables as outreach
from crm_core.outreach.sequences import tables as sequences
from crm_core.people import tables as people
from crm_core.platforms import tables as platforms
from crm_core.relations import tables as relations
from crm_core.tags import tables as tags

__all__ = [
    "conversations",
    "customers",
    "files",
    "metadata",
    "outreach",
    "people",
    "platforms",
    "relations",
    "sequences",
    "tags",
]

metadata = SQLModel.metadata
