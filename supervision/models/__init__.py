from supervision.models.bundle_export import UNDER_WAY, BundleExport

__all__ = ["UNDER_WAY", "BundleExport"]
