"""Where this machine keeps things: as platformdirs says, which is not asked on Linux because it is slow to load."""

import platformdirs
import pytest

from rounds.storage.user_config import cache_folder, config_path, data_folder


@pytest.mark.parametrize("named", ["/tmp/somewhere", "", " "])
def test_the_folders_are_those_of_the_platform(named: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cache, data and config lie where the platform wants them, whether the environment names a folder or not."""
    for name in ("XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, named)
    assert cache_folder("x") == f"{platformdirs.user_cache_dir('rounds', appauthor=False)}/x"
    assert data_folder("x") == f"{platformdirs.user_data_dir('rounds', appauthor=False)}/x"
    assert config_path() == f"{platformdirs.user_config_dir('rounds', appauthor=False)}/config.toml"
