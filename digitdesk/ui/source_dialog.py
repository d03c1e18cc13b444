"""The dialog in which a source is chosen."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLayout,
    QLineEdit,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from digitdesk.core.sources import Rotation, SourceKind, SourceSpec
from digitdesk.ui.file_choice import first_folder, name_filters

RESOLUTIONS = ((0, 0), (640, 480), (1280, 720), (1920, 1080), (3840, 2160))
"""Widths and heights that are offered; the first leaves it to the camera."""


class SourceDialog(QDialog):
    """Edits a `SourceSpec`; `spec` has the answer once it was accepted.

    Signals
    -------
    cameras_requested()
        Somebody should look for cameras and call `show_cameras`.
    """

    cameras_requested = Signal()

    def __init__(
        self,
        spec: SourceSpec,
        cameras: tuple[SourceSpec, ...],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Choose a source"))
        self._start = spec
        self._kind = QComboBox(self)
        self._pages = QStackedWidget(self)
        self._paths: dict[SourceKind, QLineEdit] = {}
        self._cameras = QComboBox(self)
        self._resolution = QComboBox(self)
        self._loop = QCheckBox(self.tr("Start again at the end"), self)
        self._interval = QDoubleSpinBox(self)
        self._mirror = QCheckBox(self.tr("Mirror"), self)
        self._rotation = QComboBox(self)
        self._buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Open
            | QDialogButtonBox.StandardButton.Cancel,
            self,
        )
        self._fill_pages()
        self._lay_out()
        self.show_cameras(cameras)
        self.show_spec(spec)
        self._kind.currentIndexChanged.connect(self._pages.setCurrentIndex)
        self._kind.currentIndexChanged.connect(self._on_something_changed)
        for button in self._buttons.buttons():
            button.setIcon(QIcon())  # words are enough, as everywhere else
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)
        self._on_something_changed()
        self._set_tab_order()
        self._begin_at(spec.kind)

    @property
    def spec(self) -> SourceSpec:
        """The source that is chosen now."""
        kind = SourceKind(self._kind.currentData())
        spec = SourceSpec(
            kind=kind,
            mirror=self._mirror.isChecked(),
            rotation=Rotation(self._rotation.currentData()),
        )
        if kind is SourceKind.CAMERA:
            camera = self._cameras.currentData()
            width, height = RESOLUTIONS[self._resolution.currentIndex()]
            if camera is not None:
                spec = replace(spec, index=camera.index, name=camera.name)
            return replace(spec, width=width, height=height)
        if kind is SourceKind.DEMO:
            return spec
        spec = replace(spec, address=self._paths[kind].text().strip())
        if kind is SourceKind.VIDEO:
            return replace(spec, loop=self._loop.isChecked())
        if kind is SourceKind.FOLDER:
            seconds = self._interval.value()
            return replace(spec, interval_s=seconds, loop=seconds > 0)
        return spec

    def show_spec(self, spec: SourceSpec) -> None:
        """Show a source."""
        index = self._kind.findData(spec.kind.value)
        self._kind.setCurrentIndex(index)
        self._pages.setCurrentIndex(index)
        self._mirror.setChecked(spec.mirror)
        self._rotation.setCurrentIndex(self._rotation.findData(int(spec.rotation)))
        if spec.kind in self._paths:
            self._paths[spec.kind].setText(spec.address)
        self._secret_hint.setVisible(spec.lacks_secret)
        self._loop.setChecked(spec.loop)
        self._interval.setValue(spec.interval_s)
        if (spec.width, spec.height) in RESOLUTIONS:
            place = RESOLUTIONS.index((spec.width, spec.height))
            self._resolution.setCurrentIndex(place)

    def show_cameras(self, cameras: tuple[SourceSpec, ...]) -> None:
        """Offer these cameras."""
        chosen = self._cameras.currentData() or self._start
        self._cameras.clear()
        for camera in cameras:
            self._cameras.addItem(camera.label, camera)
            if camera.index == chosen.index:
                self._cameras.setCurrentIndex(self._cameras.count() - 1)
        if not cameras:
            self._cameras.addItem(self.tr("No camera found"), None)
        self._cameras.setEnabled(bool(cameras))
        self._on_something_changed()

    def _set_tab_order(self) -> None:
        """Let the Tab key go from top to bottom."""
        layout = self.layout()
        assert layout is not None
        for first, second in pairwise(_stops(layout)):
            self.setTabOrder(first, second)

    def _begin_at(self, kind: SourceKind) -> None:
        """Let who begins to type write an address, and not choose another kind."""
        if kind in self._paths:
            self._paths[kind].setFocus()
            self._paths[kind].selectAll()
        elif kind is SourceKind.CAMERA:
            self._cameras.setFocus()

    def _lay_out(self) -> None:
        for rotation, text in (
            (Rotation.NONE, self.tr("Upright")),
            (Rotation.QUARTER, self.tr("A quarter clockwise")),
            (Rotation.HALF, self.tr("Upside down")),
            (Rotation.THREE_QUARTERS, self.tr("A quarter anticlockwise")),
        ):
            self._rotation.addItem(text, int(rotation))
        top, bottom = QFormLayout(), QFormLayout()
        top.addRow(self.tr("&Kind"), self._kind)
        turning = QHBoxLayout()
        turning.addWidget(self._rotation, 1)
        turning.addWidget(self._mirror)
        bottom.addRow(_label(self.tr("&Turn"), self._rotation), turning)
        self._rotation.setAccessibleName(self.tr("Turn"))
        layout = QVBoxLayout(self)
        layout.setSpacing(12)
        layout.addLayout(top)
        layout.addWidget(self._pages)
        layout.addStretch(1)
        layout.addLayout(bottom)
        layout.addWidget(self._buttons)
        self.setMinimumWidth(460)

    def _fill_pages(self) -> None:
        self._add_page(SourceKind.DEMO, self.tr("Demo pages"), self._demo_page())
        self._add_page(SourceKind.CAMERA, self.tr("Camera"), self._camera_page())
        self._add_page(
            SourceKind.IMAGE, self.tr("Picture"), self._path_page(SourceKind.IMAGE)
        )
        self._interval.setRange(0, 60)
        self._interval.setSingleStep(0.5)
        self._interval.setSuffix(self.tr(" s"))
        self._interval.setSpecialValueText(self.tr("by hand (Page Up, Page Down)"))
        folder = self._path_page(SourceKind.FOLDER)
        _form(folder).addRow(self.tr("&Next picture after"), self._interval)
        self._add_page(SourceKind.FOLDER, self.tr("Folder of pictures"), folder)
        video = self._path_page(SourceKind.VIDEO)
        _form(video).addRow("", self._loop)
        self._add_page(SourceKind.VIDEO, self.tr("Video file"), video)
        self._add_page(
            SourceKind.STREAM, self.tr("Network stream"), self._stream_page()
        )

    def _add_page(self, kind: SourceKind, text: str, page: QWidget) -> None:
        self._kind.addItem(text, kind.value)
        self._pages.addWidget(page)

    def _demo_page(self) -> QWidget:
        text = self.tr(
            "Handwritten pages under a virtual camera, with noise, blur and uneven "
            "light. Needs no camera."
        )
        label = QLabel(text, self)
        label.setWordWrap(True)
        return label

    def _camera_page(self) -> QWidget:
        page = QWidget(self)
        for width, height in RESOLUTIONS:
            self._resolution.addItem(
                f"{width} × {height}" if width else self.tr("As the camera likes")  # noqa: RUF001 - the multiplication sign
            )
        refresh = QPushButton(self.tr("&Look again"), page)
        refresh.clicked.connect(self.cameras_requested)
        row = QHBoxLayout()
        row.addWidget(self._cameras, 1)
        row.addWidget(refresh)
        self._cameras.setAccessibleName(self.tr("Camera"))
        form = QFormLayout(page)
        form.setContentsMargins(0, 0, 0, 0)
        form.addRow(_label(self.tr("&Camera"), self._cameras), row)
        form.addRow(self.tr("&Resolution"), self._resolution)
        return page

    def _stream_page(self) -> QWidget:
        page = QWidget(self)
        edit = self._edit_for(SourceKind.STREAM, page)
        edit.setPlaceholderText("rtsp://192.168.1.20/live, http://…/video.mjpg")
        edit.setAccessibleName(self.tr("Address"))
        form = QFormLayout(page)
        form.setContentsMargins(0, 0, 0, 0)
        form.addRow(self.tr("&Address"), edit)
        text = self.tr(
            "DigitDesk stores no passwords. Put user and password, and what stood "
            "after a question mark, into the address again: rtsp://user:password@…"
        )
        self._secret_hint = QLabel(text, page)
        self._secret_hint.setWordWrap(True)
        self._secret_hint.hide()
        form.addRow(self._secret_hint)
        return page

    def _path_page(self, kind: SourceKind) -> QWidget:
        page = QWidget(self)
        edit = self._edit_for(kind, page)
        edit.setAccessibleName(self.tr("File or folder"))
        browse = QPushButton(self.tr("&Browse…"), page)
        browse.clicked.connect(self._on_browse_clicked)
        row = QHBoxLayout()
        row.addWidget(edit, 1)
        row.addWidget(browse)
        form = QFormLayout(page)
        form.setContentsMargins(0, 0, 0, 0)
        folder = kind is SourceKind.FOLDER
        text = self.tr("&Folder") if folder else self.tr("&File")
        form.addRow(_label(text, edit), row)
        return page

    def _edit_for(self, kind: SourceKind, page: QWidget) -> QLineEdit:
        edit = QLineEdit(page)
        edit.textChanged.connect(self._on_something_changed)
        self._paths[kind] = edit
        return edit

    def _on_browse_clicked(self) -> None:
        kind = SourceKind(self._kind.currentData())
        edit = self._paths[kind]
        start = edit.text() or first_folder(kind)
        dialog = QFileDialog(self, self.tr("Choose a source"), start)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if kind is SourceKind.FOLDER:
            dialog.setFileMode(QFileDialog.FileMode.Directory)
            dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        else:
            dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
            dialog.setNameFilters(name_filters(kind))
            dialog.setOption(QFileDialog.Option.HideNameFilterDetails)
        dialog.fileSelected.connect(edit.setText)
        dialog.open()

    def _on_something_changed(self) -> None:
        spec = self.spec
        ready = spec.kind not in self._paths or bool(spec.address)
        if spec.kind is SourceKind.CAMERA:
            ready = self._cameras.currentData() is not None
        button = self._buttons.button(QDialogButtonBox.StandardButton.Open)
        button.setEnabled(ready)


def _stops(layout: QLayout) -> Iterator[QWidget]:
    """Yield what the Tab key reaches, as it is laid out."""
    for index in range(layout.count()):
        item = layout.itemAt(index)
        widget = item.widget() if item is not None else None
        inner = item.layout() if item is not None else None
        if widget is not None and widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            yield widget
        elif widget is not None:
            inner = widget.layout()
        if inner is not None:
            yield from _stops(inner)


def _label(text: str, buddy: QWidget) -> QLabel:
    """Label a row of several widgets: its mnemonic goes to `buddy`."""
    label = QLabel(text)
    label.setBuddy(buddy)
    return label


def _form(page: QWidget) -> QFormLayout:
    layout = page.layout()
    assert isinstance(layout, QFormLayout)
    return layout
