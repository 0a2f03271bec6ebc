// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/io/reader.hpp>

/// XYZ text of Geosoft, SkyTEM and Aarhus Workbench: rows of columns between blanks or commas, `/` before a comment,
/// LINE n or TIE n where a line begins. The last comment before the rows with as many words as a row names the columns.
///
/// Beside it  NAME.alc tells which column is what (SkyTEM); NAME.gex when each gate opens and closes (io/gex.hpp). Both are
///            optional; what is wrong with them is told and they are not used.
/// Groups     columns of one name with numbers that count up are a group: DBDT_Ch1GT1, 2, ...; LM_Z_G01[0], [1], ... A group
///            is a channel of the file: ReadOptions::channel picks one by number, ReadOptions::component by name ("RHO_I");
///            by number, groups of uncertainties and masks (std, unc, inuse) do not count. Without a group, all columns of
///            numbers that are no place, line or time are the samples.
/// Axis       gates, where the file or the GEX gives as many times as the group has gates, they ascend, and at most 31 are
///            left: edges from the GEX where a gate begins where the last one ended, to a tenth of its width, else half way
///            (in the logarithm) between the centres, which is told. In all other cases channel, and why is told.
/// Samples    as written; Scan::unit is what the header says.
/// Dummies    `*`, the header's dummy, 9999, 9999.99, 99999, 99999.99 of either sign, sizes of 1e30 and more, and what is no
///            number. Gates that are a dummy in every row are left out of the axis, and told. What is left of them becomes NaN
///            and flags the trace Quality::non_finite; a row of nothing else becomes zeros flagged Quality::dropped. Masks of
///            the processing (INUSE) are told but not applied.
/// Rows       with a number of words that is not the number of columns are flagged dropped if they have at least half of
///            them, else counted and told. Rows of other channels (CHANNEL_NO) are left to those. The last number of a last
///            row without a line end may be cut: it counts as a dummy.
/// Positions  east and north of the first row, in metres, from latitude and longitude where there are both, else from the
///            grid coordinates; z from the elevation of the ground; standoff from the altitude of the transmitter.
/// Time       from a column DATETIME or TIMESTAMP of day numbers that ascends over less than a year; else unknown.
/// Not        a system description: io/gex.hpp.
/// @source    Seequent, "Geosoft XYZ data file format"; Aarhus Geosoftware, Workbench exports 6.0 to 6.7; SkyTEM 2022; with
///            22 files of libaarhusxyz (MIT) compared
namespace surefoot::io::xyz {

[[nodiscard]] bool sniff(const Probe& probe);
[[nodiscard]] Scan scan(const std::filesystem::path& path, const ReadOptions& options);
[[nodiscard]] Line read(const std::filesystem::path& path, const ReadOptions& options);

}  // namespace surefoot::io::xyz
