"""Choose data, network and the way of learning."""

from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFormLayout,
    QGridLayout,
    QGroupBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QPushButton,
    QSpinBox,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from digitdesk.core.networks import NETWORKS, layer_table
from digitdesk.core.training_types import (
    RANGES,
    DataSource,
    NetworkName,
    Optimiser,
    Schedule,
    SourceKind,
    TrainingConfig,
)

_SPINS = ("epochs", "batch_size", "patience", "seed", "limit")


class SetupForm(QWidget):
    """Edits a `TrainingConfig`; only sensible values can be entered.

    Signals
    -------
    source_requested(SourceKind)
        The user wants to add data of this kind; somebody should ask where they are,
        read them and call `add_source`.
    sources_changed()
        Other data are chosen.
    choices_changed()
        Data or any other choice may have changed.
    preview_requested()
        Augmented digits should be shown.
    """

    source_requested = Signal(object)
    sources_changed = Signal()
    choices_changed = Signal()
    preview_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sources = QListWidget(self)
        self.sources.setMaximumHeight(3 * self.fontMetrics().height() + 8)
        self.sources.setAccessibleName(self.tr("Chosen data"))
        self.name = QLineEdit(self)
        self.name.setPlaceholderText(self.tr("My network"))
        self.network = QComboBox(self)
        self.optimiser = QComboBox(self)
        self.schedule = QComboBox(self)
        self.learning_rate = QDoubleSpinBox(self)
        self.spins = {name: QSpinBox(self) for name in _SPINS}
        self.augment = QCheckBox(self.tr("&Vary the pictures"), self)
        self.preview = QPushButton(self.tr("Pre&view…"), self)
        self.layers = QTableWidget(0, 3, self)
        self._weights = QLabel(self)
        self._data_state = QLabel(self)
        self._data_state.setWordWrap(True)
        self._fill_choices()
        self._lay_out()
        self.network.currentIndexChanged.connect(self._on_network_changed)
        self.preview.clicked.connect(self.preview_requested)
        self.show_config(TrainingConfig())
        self._announce_changes()

    def _announce_changes(self) -> None:
        self.sources_changed.connect(self.choices_changed)
        for box in (self.network, self.optimiser, self.schedule):
            box.currentIndexChanged.connect(self.choices_changed)
        self.learning_rate.valueChanged.connect(self.choices_changed)
        for spin in self.spins.values():
            spin.valueChanged.connect(self.choices_changed)
        self.augment.toggled.connect(self.choices_changed)

    @property
    def config(self) -> TrainingConfig:
        """The choices."""
        numbers: dict[str, Any] = {
            name: spin.value() for name, spin in self.spins.items()
        }
        chosen = TrainingConfig(
            network=NetworkName(self.network.currentData()),
            optimiser=Optimiser(self.optimiser.currentData()),
            schedule=Schedule(self.schedule.currentData()),
            learning_rate=self.learning_rate.value(),
            augment=self.augment.isChecked(),
            **numbers,
        )
        return replace(chosen, sources=self._chosen_sources())

    @property
    def model_name(self) -> str:
        """What the new model is to be called."""
        return self.name.text().strip() or self.name.placeholderText()

    def show_config(self, config: TrainingConfig) -> None:
        """Show these choices."""
        self.sources.clear()
        for source in config.sources:
            self._append(source)
        for box, value in (
            (self.network, config.network),
            (self.optimiser, config.optimiser),
            (self.schedule, config.schedule),
        ):
            box.setCurrentIndex(box.findData(value.value))
        self.learning_rate.setValue(config.learning_rate)
        self.augment.setChecked(config.augment)
        for name, spin in self.spins.items():
            spin.setValue(getattr(config, name))
        self._on_network_changed()

    @property
    def data_state(self) -> str:
        """What is said of the chosen data."""
        return self._data_state.text()

    def show_data_state(self, text: str) -> None:
        """Say what the chosen data hold, or what must happen before they are there."""
        self._data_state.setText(text)

    def sources_with(self, source: DataSource) -> tuple[DataSource, ...]:
        """Tell what would be chosen if `source` were added.

        The first local source takes the place of MNIST's download.
        """
        chosen = self._chosen_sources()
        only_mnist = chosen == (DataSource(SourceKind.MNIST),)
        return (source,) if only_mnist else (*chosen, source)

    def add_source(self, source: DataSource) -> None:
        """Add data that can be used; see `sources_with`."""
        sources = self.sources_with(source)
        self.sources.clear()
        for one in sources:
            self._append(one)
        self.sources_changed.emit()

    def _chosen_sources(self) -> tuple[DataSource, ...]:
        items = [self.sources.item(row) for row in range(self.sources.count())]
        return tuple(item.data(Qt.ItemDataRole.UserRole) for item in items)

    def _append(self, source: DataSource) -> None:
        place = source.path or self.tr("from the internet, once")
        title = source.title if source.path else f"{source.title}  ({place})"
        item = QListWidgetItem(title)
        item.setToolTip(place)
        item.setData(Qt.ItemDataRole.UserRole, source)
        self.sources.addItem(item)

    def _fill_choices(self) -> None:
        for network, text in (
            (NetworkName.SMALL, self.tr("DigitDesk's small, fast one")),
            (NetworkName.TUTORIAL, self.tr("The tutorial's")),
            (NetworkName.TINY, self.tr("A tiny one")),
            (NetworkName.MLP, self.tr("Plain layers, no convolution")),
        ):
            self.network.addItem(text, network.value)
        for optimiser, text in (
            (Optimiser.ADAM, "Adam"),
            (Optimiser.ADAMW, "AdamW"),
            (Optimiser.SGD, self.tr("SGD with momentum")),
            (Optimiser.RMSPROP, "RMSprop"),
            (Optimiser.ADADELTA, "Adadelta"),
        ):
            self.optimiser.addItem(text, optimiser.value)
        for schedule, text in (
            (Schedule.ONE_CYCLE, self.tr("One cycle: up, then down")),
            (Schedule.COSINE, self.tr("Cosine: down only")),
            (Schedule.CONSTANT, self.tr("Constant")),
        ):
            self.schedule.addItem(text, schedule.value)
        for name, spin in self.spins.items():
            low, high = RANGES[name]
            spin.setRange(int(low), int(high))
            spin.setGroupSeparatorShown(name != "seed")
        self.spins["patience"].setSpecialValueText(self.tr("never"))
        self.spins["limit"].setSpecialValueText(self.tr("all"))
        self.learning_rate.setDecimals(6)
        self.learning_rate.setRange(*RANGES["learning_rate"])
        self.learning_rate.setStepType(QDoubleSpinBox.StepType.AdaptiveDecimalStepType)

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._data_group())
        layout.addWidget(self._learning_group())
        layout.addWidget(self._layers_group(), 1)

    def _data_group(self) -> QGroupBox:
        group = QGroupBox(self.tr("Data"), self)
        self.add_button = QPushButton(self.tr("&Add"), group)
        self.add_button.setMenu(self._sources_menu())
        self.remove_button = QPushButton(self.tr("&Remove"), group)
        self.remove_button.setEnabled(False)
        self.remove_button.clicked.connect(self._on_remove_clicked)
        self.sources.currentRowChanged.connect(self._on_row_changed)
        delete = QAction(self.tr("Remove"), self.sources)
        delete.setShortcut(QKeySequence.StandardKey.Delete)
        delete.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        delete.triggered.connect(self._on_remove_clicked)
        self.sources.addAction(delete)
        layout = QGridLayout(group)
        layout.addWidget(self.sources, 0, 0, 2, 1)
        layout.addWidget(self.add_button, 0, 1)
        layout.addWidget(self.remove_button, 1, 1)
        layout.addWidget(self._data_state, 2, 0, 1, 2)
        return group

    def _sources_menu(self) -> QMenu:
        menu = QMenu(self)
        for kind, text in (
            (SourceKind.MNIST, self.tr("&MNIST from the internet")),
            (SourceKind.NPZ, self.tr("&Archive (.npz)…")),
            (SourceKind.IDX, self.tr("&IDX files…")),
            (SourceKind.FOLDER, self.tr("&Folder per class…")),
            (SourceKind.SAMPLES, self.tr("My own &samples…")),
        ):
            menu.addAction(text).setData(kind)
        menu.triggered.connect(self._on_menu_triggered)
        return menu

    def _learning_group(self) -> QGroupBox:
        group = QGroupBox(self.tr("Learning"), self)
        form = QFormLayout(group)
        form.setVerticalSpacing(4)
        form.addRow(self.tr("Na&me"), self.name)
        form.addRow(self.tr("Net&work"), self.network)
        form.addRow(self.tr("&Epochs"), self.spins["epochs"])
        form.addRow(self.tr("&Batch size"), self.spins["batch_size"])
        form.addRow(self.tr("&Optimiser"), self.optimiser)
        form.addRow(self.tr("&Learning rate"), self.learning_rate)
        form.addRow(self.tr("Sche&dule"), self.schedule)
        form.addRow(self.tr("Stop early a&fter"), self.spins["patience"])
        form.addRow(self.tr("Pi&ctures"), self.spins["limit"])
        form.addRow(self.tr("See&d"), self.spins["seed"])
        row = QHBoxLayout()
        row.addWidget(self.augment)
        row.addStretch()
        row.addWidget(self.preview)
        form.addRow(row)
        self.spins["patience"].setSuffix(self.tr(" epochs without progress"))
        return group

    def _layers_group(self) -> QGroupBox:
        group = QGroupBox(self.tr("Layers"), self)
        self.layers.setHorizontalHeaderLabels(
            [self.tr("Layer"), self.tr("Output"), self.tr("Weights")]
        )
        self.layers.verticalHeader().hide()
        self.layers.verticalHeader().setDefaultSectionSize(
            self.fontMetrics().height() + 4
        )
        self.layers.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.layers.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.layers.setShowGrid(False)
        self.layers.setAccessibleName(self.tr("Layers of the network"))
        layout = QVBoxLayout(group)
        layout.addWidget(self.layers, 1)
        layout.addWidget(self._weights)
        return group

    @Slot(object)
    def _on_menu_triggered(self, action: object) -> None:
        data = getattr(action, "data", None)
        if callable(data):
            self.source_requested.emit(SourceKind(data()))

    @Slot(int)
    def _on_row_changed(self, row: int) -> None:
        self.remove_button.setEnabled(row >= 0)

    @Slot()
    def _on_remove_clicked(self) -> None:
        row = self.sources.currentRow()
        if row >= 0:
            self.sources.takeItem(row)
            if self.sources.count() == 0:
                self._append(TrainingConfig().sources[0])
            self.sources_changed.emit()

    @Slot()
    def _on_network_changed(self) -> None:
        rows = layer_table(NETWORKS[NetworkName(self.network.currentData())])
        self.layers.setRowCount(len(rows))
        for number, row in enumerate(rows):
            shape = " × ".join(map(str, row.shape))  # noqa: RUF001 - the sign is meant
            weights = f"{row.weights:,}" if row.weights else ""
            for column, text in enumerate((row.name, shape, weights)):
                item = QTableWidgetItem(text)
                if column:
                    item.setTextAlignment(
                        Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
                    )
                self.layers.setItem(number, column, item)
        # All rows are on show: the form scrolls, so the table need not.
        header = self.layers.horizontalHeader().sizeHint().height()
        row_height = self.layers.verticalHeader().defaultSectionSize()
        self.layers.setMinimumHeight(header + len(rows) * row_height + 4)
        self.layers.resizeColumnsToContents()
        self.layers.horizontalHeader().setStretchLastSection(True)
        total = sum(row.weights for row in rows)
        self._weights.setText(self.tr("{count} weights").format(count=f"{total:,}"))
