/* SPDX-License-Identifier: MIT */
/* Made by uid_gen.py from the registry of PS3.6 Table A-1; do not edit. Rows are in the order
 * of strcmp on the first member. */

static const struct uid_syntax syntaxes[] = {
	{ "1.2.840.10008.1.2", "Implicit VR Little Endian",
	  "ImplicitVRLittleEndian", 0 },
	{ "1.2.840.10008.1.2.1", "Explicit VR Little Endian",
	  "ExplicitVRLittleEndian", UID_EXPLICIT },
	{ "1.2.840.10008.1.2.1.98", "Encapsulated Uncompressed Explicit VR Little Endian",
	  "EncapsulatedUncompressedExplicitVRLittleEndian", UID_EXPLICIT | UID_ENCAPSULATED },
	{ "1.2.840.10008.1.2.1.99", "Deflated Explicit VR Little Endian",
	  "DeflatedExplicitVRLittleEndian", UID_EXPLICIT | UID_DEFLATED },
	{ "1.2.840.10008.1.2.2", "Explicit VR Big Endian",
	  "ExplicitVRBigEndian", UID_EXPLICIT | UID_BIG | UID_RETIRED },
	{ "1.2.840.10008.1.2.4.100", "MPEG2 Main Profile / Main Level",
	  "MPEG2MPML", UID_EXPLICIT | UID_ENCAPSULATED },
	{ "1.2.840.10008.1.2.4.100.1", "Fragmentable MPEG2 Main Profile / Main Level",
	  "MPEG2MPMLF", UID_EXPLICIT | UID_ENCAPSULATED },
	{ "1.2.840.10008.1.2.4.101", "MPEG2 Main Profile / High Level",
	  "MPEG2MPHL", UID_EXPLICIT | UID_ENCAPSULATED },
	{ "1.2.840.10008.1.2.4.101.1", "Fragmentable MPEG2 Main Profile / High Level",
	  "MPEG2MPHLF", UID_EXPLICIT | UID_ENCAPSULATED },
	{ "1.2.840.10008.1.2.4.102", "MPEG-4 AVC/H.264 High Profile / Level 4.1",
	  "MPEG4HP41", UID_EXPLICIT | UID_ENCAPSULATED },
	{ "1.2.840.10008.1.2.4.102.1", "Fragmentable MPEG-4 AVC/H.264 High Profile / Level 4.1",
	  "MPEG4HP41F", UID_EXPLICIT | UID_ENCAPSULATED },
	{ "1.2.840.10008.1.2.4.103", "MPEG-4 AVC/H.264 BD-compatible High Profile / Level 4.1",
	  "MPEG4HP41BD", UID_EXPLICIT | UID_ENCAPSULATED },
	{ "1.2.840.10008.1.2.4.103.1", "Fragmentable MPEG-4 AVC/H.264 BD-compatible High Profile / Level 4.1",
	  "MPEG4HP41BDF", UID_EXPLICIT | UID_ENCAPSULATED },
	{ "1.2.840.10008.1.2.4.104", "MPEG-4 AVC/H.264 High Profile / Level 4.2 For 2D Video",
	  "MPEG4HP422D", UID_EXPLICIT | UID_ENCAPSULATED },
	{ "1.2.840.10008.1.2.4.104.1", "Fragmentable MPEG-4 AVC/H.264 High Profile / Level 4.2 For 2D Video",
	  "MPEG4HP422DF", UID_EXPLICIT | UID_ENCAPSULATED },
	{ "1.2.840.10008.1.2.4.105", "MPEG-4 AVC/H.264 High Profile / Level 4.2 For 3D Video",
	  "MPEG4HP423D", UID_EXPLICIT | UID_ENCAPSULATED },
	{ "1.2.840.10008.1.2.4.105.1", "Fragmentable MPEG-4 AVC/H.264 High Profile / Level 4.2 For 3D Video",
	  "MPEG4HP423DF", UID_EXPLICIT | UID_ENCAPSULATED },
	{ "1.2.840.10008.1.2.4.106", "MPEG-4 AVC/H.264 Stereo High Profile / Level 4.2",
	  "MPEG4HP42STEREO", UID_EXPLICIT | UID_ENCAPSULATED },
	{ "1.2.840.10008.1.2.4.106.1", "Fragmentable MPEG-4 AVC/H.264 Stereo High Profile / Level 4.2",
	  "MPEG4HP42STEREOF", UID_EXPLICIT | UID_ENCAPSULATED },
	{ "1.2.840.10008.1.2.4.107", "HEVC/H.265 Main Profile / Level 5.1",
	  "HEVCMP51", UID_EXPLICIT | UID_ENCAPSULATED },
	{ "1.2.840.10008.1.2.4.108", "HEVC/H.265 Main 10 Profile / Level 5.1",
	  "HEVCM10P51", UID_EXPLICIT | UID_ENCAPSULATED },
	{ "1.2.840.10008.1.2.4.110", "JPEG XL Lossless",
	  "JPEGXLLossless", UID_EXPLICIT | UID_ENCAPSULATED },
	{ "1.2.840.10008.1.2.4.111", "JPEG XL JPEG Recompression",
	  "JPEGXLJPEGRecompression", UID_EXPLICIT | UID_ENCAPSULATED },
	{ "1.2.840.10008.1.2.4.112", "JPEG XL",
	  "JPEGXL", UID_EXPLICIT | UID_ENCAPSULATED },
	{ "1.2.840.10008.1.2.4.201", "High-Throughput JPEG 2000 Image Compression (Lossless Only)",
	  "HTJ2KLossless", UID_EXPLICIT | UID_ENCAPSULATED },
	{ "1.2.840.10008.1.2.4.202", "High-Throughput JPEG 2000 with RPCL Options Image Compression (Lossless Only)",
	  "HTJ2KLosslessRPCL", UID_EXPLICIT | UID_ENCAPSULATED },
	{ "1.2.840.10008.1.2.4.203", "High-Throughput JPEG 2000 Image Compression",
	  "HTJ2K", UID_EXPLICIT | UID_ENCAPSULATED },
	{ "1.2.840.10008.1.2.4.204", "JPIP HTJ2K Referenced",
	  "JPIPHTJ2KReferenced", UID_EXPLICIT },
	{ "1.2.840.10008.1.2.4.205", "JPIP HTJ2K Referenced Deflate",
	  "JPIPHTJ2KReferencedDeflate", UID_EXPLICIT | UID_DEFLATED },
	{ "1.2.840.10008.1.2.4.50", "JPEG Baseline (Process 1)",
	  "JPEGBaseline8Bit", UID_EXPLICIT | UID_ENCAPSULATED },
	{ "1.2.840.10008.1.2.4.51", "JPEG Extended (Process 2 and 4)",
	  "JPEGExtended12Bit", UID_EXPLICIT | UID_ENCAPSULATED },
	{ "1.2.840.10008.1.2.4.52", "JPEG Extended (Process 3 and 5)",
	  "JPEGExtended35", UID_EXPLICIT | UID_ENCAPSULATED | UID_RETIRED },
	{ "1.2.840.10008.1.2.4.53", "JPEG Spectral Selection, Non-Hierarchical (Process 6 and 8)",
	  "JPEGSpectralSelectionNonHierarchical68", UID_EXPLICIT | UID_ENCAPSULATED | UID_RETIRED },
	{ "1.2.840.10008.1.2.4.54", "JPEG Spectral Selection, Non-Hierarchical (Process 7 and 9)",
	  "JPEGSpectralSelectionNonHierarchical79", UID_EXPLICIT | UID_ENCAPSULATED | UID_RETIRED },
	{ "1.2.840.10008.1.2.4.55", "JPEG Full Progression, Non-Hierarchical (Process 10 and 12)",
	  "JPEGFullProgressionNonHierarchical1012", UID_EXPLICIT | UID_ENCAPSULATED | UID_RETIRED },
	{ "1.2.840.10008.1.2.4.56", "JPEG Full Progression, Non-Hierarchical (Process 11 and 13)",
	  "JPEGFullProgressionNonHierarchical1113", UID_EXPLICIT | UID_ENCAPSULATED | UID_RETIRED },
	{ "1.2.840.10008.1.2.4.57", "JPEG Lossless, Non-Hierarchical (Process 14)",
	  "JPEGLossless", UID_EXPLICIT | UID_ENCAPSULATED },
	{ "1.2.840.10008.1.2.4.58", "JPEG Lossless, Non-Hierarchical (Process 15)",
	  "JPEGLosslessNonHierarchical15", UID_EXPLICIT | UID_ENCAPSULATED | UID_RETIRED },
	{ "1.2.840.10008.1.2.4.59", "JPEG Extended, Hierarchical (Process 16 and 18)",
	  "JPEGExtendedHierarchical1618", UID_EXPLICIT | UID_ENCAPSULATED | UID_RETIRED },
	{ "1.2.840.10008.1.2.4.60", "JPEG Extended, Hierarchical (Process 17 and 19)",
	  "JPEGExtendedHierarchical1719", UID_EXPLICIT | UID_ENCAPSULATED | UID_RETIRED },
	{ "1.2.840.10008.1.2.4.61", "JPEG Spectral Selection, Hierarchical (Process 20 and 22)",
	  "JPEGSpectralSelectionHierarchical2022", UID_EXPLICIT | UID_ENCAPSULATED | UID_RETIRED },
	{ "1.2.840.10008.1.2.4.62", "JPEG Spectral Selection, Hierarchical (Process 21 and 23)",
	  "JPEGSpectralSelectionHierarchical2123", UID_EXPLICIT | UID_ENCAPSULATED | UID_RETIRED },
	{ "1.2.840.10008.1.2.4.63", "JPEG Full Progression, Hierarchical (Process 24 and 26)",
	  "JPEGFullProgressionHierarchical2426", UID_EXPLICIT | UID_ENCAPSULATED | UID_RETIRED },
	{ "1.2.840.10008.1.2.4.64", "JPEG Full Progression, Hierarchical (Process 25 and 27)",
	  "JPEGFullProgressionHierarchical2527", UID_EXPLICIT | UID_ENCAPSULATED | UID_RETIRED },
	{ "1.2.840.10008.1.2.4.65", "JPEG Lossless, Hierarchical (Process 28)",
	  "JPEGLosslessHierarchical28", UID_EXPLICIT | UID_ENCAPSULATED | UID_RETIRED },
	{ "1.2.840.10008.1.2.4.66", "JPEG Lossless, Hierarchical (Process 29)",
	  "JPEGLosslessHierarchical29", UID_EXPLICIT | UID_ENCAPSULATED | UID_RETIRED },
	{ "1.2.840.10008.1.2.4.70", "JPEG Lossless, Non-Hierarchical, First-Order Prediction (Process 14 [Selection Value 1])",
	  "JPEGLosslessSV1", UID_EXPLICIT | UID_ENCAPSULATED },
	{ "1.2.840.10008.1.2.4.80", "JPEG-LS Lossless Image Compression",
	  "JPEGLSLossless", UID_EXPLICIT | UID_ENCAPSULATED },
	{ "1.2.840.10008.1.2.4.81", "JPEG-LS Lossy (Near-Lossless) Image Compression",
	  "JPEGLSNearLossless", UID_EXPLICIT | UID_ENCAPSULATED },
	{ "1.2.840.10008.1.2.4.90", "JPEG 2000 Image Compression (Lossless Only)",
	  "JPEG2000Lossless", UID_EXPLICIT | UID_ENCAPSULATED },
	{ "1.2.840.10008.1.2.4.91", "JPEG 2000 Image Compression",
	  "JPEG2000", UID_EXPLICIT | UID_ENCAPSULATED },
	{ "1.2.840.10008.1.2.4.92", "JPEG 2000 Part 2 Multi-component Image Compression (Lossless Only)",
	  "JPEG2000MCLossless", UID_EXPLICIT | UID_ENCAPSULATED },
	{ "1.2.840.10008.1.2.4.93", "JPEG 2000 Part 2 Multi-component Image Compression",
	  "JPEG2000MC", UID_EXPLICIT | UID_ENCAPSULATED },
	{ "1.2.840.10008.1.2.4.94", "JPIP Referenced",
	  "JPIPReferenced", UID_EXPLICIT },
	{ "1.2.840.10008.1.2.4.95", "JPIP Referenced Deflate",
	  "JPIPReferencedDeflate", UID_EXPLICIT | UID_DEFLATED },
	{ "1.2.840.10008.1.2.5", "RLE Lossless",
	  "RLELossless", UID_EXPLICIT | UID_ENCAPSULATED },
	{ "1.2.840.10008.1.2.6.1", "RFC 2557 MIME encapsulation",
	  "RFC2557MIMEEncapsulation", UID_EXPLICIT | UID_RETIRED | UID_NOT_A_DATASET },
	{ "1.2.840.10008.1.2.6.2", "XML Encoding",
	  "XMLEncoding", UID_EXPLICIT | UID_RETIRED | UID_NOT_A_DATASET },
	{ "1.2.840.10008.1.2.7.1", "SMPTE ST 2110-20 Uncompressed Progressive Active Video",
	  "SMPTEST211020UncompressedProgressiveActiveVideo", UID_EXPLICIT | UID_NOT_A_DATASET },
	{ "1.2.840.10008.1.2.7.2", "SMPTE ST 2110-20 Uncompressed Interlaced Active Video",
	  "SMPTEST211020UncompressedInterlacedActiveVideo", UID_EXPLICIT | UID_NOT_A_DATASET },
	{ "1.2.840.10008.1.2.7.3", "SMPTE ST 2110-30 PCM Digital Audio",
	  "SMPTEST211030PCMDigitalAudio", UID_EXPLICIT | UID_NOT_A_DATASET },
	{ "1.2.840.10008.1.2.8.1", "Deflated Image Frame Compression",
	  "DeflatedImageFrameCompression", UID_EXPLICIT | UID_ENCAPSULATED },
	{ "1.2.840.10008.1.20", "Papyrus 3 Implicit VR Little Endian",
	  "Papyrus3ImplicitVRLittleEndian", UID_RETIRED },
};

static const char class_text[] =
	"1.2.840.10008.1.1" "\0" "Verification" "\0"
	"1.2.840.10008.1.20.1" "\0" "Storage Commitment Push Model" "\0"
	"1.2.840.10008.1.20.2" "\0" "Storage Commitment Pull Model" "\0"
	"1.2.840.10008.1.3.10" "\0" "Media Storage Directory Storage" "\0"
	"1.2.840.10008.1.40" "\0" "Procedural Event Logging" "\0"
	"1.2.840.10008.1.42" "\0" "Substance Administration Logging" "\0"
	"1.2.840.10008.1.9" "\0" "Basic Study Content Notification" "\0"
	"1.2.840.10008.10.1" "\0" "Video Endoscopic Image Real-Time Communication" "\0"
	"1.2.840.10008.10.2" "\0" "Video Photographic Image Real-Time Communication" "\0"
	"1.2.840.10008.10.3" "\0" "Audio Waveform Real-Time Communication" "\0"
	"1.2.840.10008.10.4" "\0" "Rendition Selection Document Real-Time Communication" "\0"
	"1.2.840.10008.3.1.2.1.1" "\0" "Detached Patient Management" "\0"
	"1.2.840.10008.3.1.2.1.4" "\0" "Detached Patient Management Meta" "\0"
	"1.2.840.10008.3.1.2.2.1" "\0" "Detached Visit Management" "\0"
	"1.2.840.10008.3.1.2.3.1" "\0" "Detached Study Management" "\0"
	"1.2.840.10008.3.1.2.3.2" "\0" "Study Component Management" "\0"
	"1.2.840.10008.3.1.2.3.3" "\0" "Modality Performed Procedure Step" "\0"
	"1.2.840.10008.3.1.2.3.4" "\0" "Modality Performed Procedure Step Retrieve" "\0"
	"1.2.840.10008.3.1.2.3.5" "\0" "Modality Performed Procedure Step Notification" "\0"
	"1.2.840.10008.3.1.2.5.1" "\0" "Detached Results Management" "\0"
	"1.2.840.10008.3.1.2.5.4" "\0" "Detached Results Management Meta" "\0"
	"1.2.840.10008.3.1.2.5.5" "\0" "Detached Study Management Meta" "\0"
	"1.2.840.10008.3.1.2.6.1" "\0" "Detached Interpretation Management" "\0"
	"1.2.840.10008.5.1.1.1" "\0" "Basic Film Session" "\0"
	"1.2.840.10008.5.1.1.14" "\0" "Print Job" "\0"
	"1.2.840.10008.5.1.1.15" "\0" "Basic Annotation Box" "\0"
	"1.2.840.10008.5.1.1.16" "\0" "Printer" "\0"
	"1.2.840.10008.5.1.1.16.376" "\0" "Printer Configuration Retrieval" "\0"
	"1.2.840.10008.5.1.1.18" "\0" "Basic Color Print Management Meta" "\0"
	"1.2.840.10008.5.1.1.18.1" "\0" "Referenced Color Print Management Meta" "\0"
	"1.2.840.10008.5.1.1.2" "\0" "Basic Film Box" "\0"
	"1.2.840.10008.5.1.1.22" "\0" "VOI LUT Box" "\0"
	"1.2.840.10008.5.1.1.23" "\0" "Presentation LUT" "\0"
	"1.2.840.10008.5.1.1.24" "\0" "Image Overlay Box" "\0"
	"1.2.840.10008.5.1.1.24.1" "\0" "Basic Print Image Overlay Box" "\0"
	"1.2.840.10008.5.1.1.26" "\0" "Print Queue Management" "\0"
	"1.2.840.10008.5.1.1.27" "\0" "Stored Print Storage" "\0"
	"1.2.840.10008.5.1.1.29" "\0" "Hardcopy Grayscale Image Storage" "\0"
	"1.2.840.10008.5.1.1.30" "\0" "Hardcopy Color Image Storage" "\0"
	"1.2.840.10008.5.1.1.31" "\0" "Pull Print Request" "\0"
	"1.2.840.10008.5.1.1.32" "\0" "Pull Stored Print Management Meta" "\0"
	"1.2.840.10008.5.1.1.33" "\0" "Media Creation Management SOP Class UID" "\0"
	"1.2.840.10008.5.1.1.4" "\0" "Basic Grayscale Image Box" "\0"
	"1.2.840.10008.5.1.1.4.1" "\0" "Basic Color Image Box" "\0"
	"1.2.840.10008.5.1.1.4.2" "\0" "Referenced Image Box" "\0"
	"1.2.840.10008.5.1.1.40" "\0" "Display System" "\0"
	"1.2.840.10008.5.1.1.9" "\0" "Basic Grayscale Print Management Meta" "\0"
	"1.2.840.10008.5.1.1.9.1" "\0" "Referenced Grayscale Print Management Meta" "\0"
	"1.2.840.10008.5.1.4.1.1.1" "\0" "Computed Radiography Image Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.1.1" "\0" "Digital X-Ray Image Storage - For Presentation" "\0"
	"1.2.840.10008.5.1.4.1.1.1.1.1" "\0" "Digital X-Ray Image Storage - For Processing" "\0"
	"1.2.840.10008.5.1.4.1.1.1.2" "\0" "Digital Mammography X-Ray Image Storage - For Presentation" "\0"
	"1.2.840.10008.5.1.4.1.1.1.2.1" "\0" "Digital Mammography X-Ray Image Storage - For Processing" "\0"
	"1.2.840.10008.5.1.4.1.1.1.3" "\0" "Digital Intra-Oral X-Ray Image Storage - For Presentation" "\0"
	"1.2.840.10008.5.1.4.1.1.1.3.1" "\0" "Digital Intra-Oral X-Ray Image Storage - For Processing" "\0"
	"1.2.840.10008.5.1.4.1.1.10" "\0" "Standalone Modality LUT Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.104.1" "\0" "Encapsulated PDF Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.104.2" "\0" "Encapsulated CDA Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.104.3" "\0" "Encapsulated STL Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.104.4" "\0" "Encapsulated OBJ Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.104.5" "\0" "Encapsulated MTL Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.11" "\0" "Standalone VOI LUT Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.11.1" "\0" "Grayscale Softcopy Presentation State Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.11.10" "\0" "Segmented Volume Rendering Volumetric Presentation State Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.11.11" "\0" "Multiple Volume Rendering Volumetric Presentation State Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.11.12" "\0" "Variable Modality LUT Softcopy Presentation State Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.11.2" "\0" "Color Softcopy Presentation State Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.11.3" "\0" "Pseudo-Color Softcopy Presentation State Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.11.4" "\0" "Blending Softcopy Presentation State Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.11.5" "\0" "XA/XRF Grayscale Softcopy Presentation State Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.11.6" "\0" "Grayscale Planar MPR Volumetric Presentation State Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.11.7" "\0" "Compositing Planar MPR Volumetric Presentation State Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.11.8" "\0" "Advanced Blending Presentation State Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.11.9" "\0" "Volume Rendering Volumetric Presentation State Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.12.1" "\0" "X-Ray Angiographic Image Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.12.1.1" "\0" "Enhanced XA Image Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.12.2" "\0" "X-Ray Radiofluoroscopic Image Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.12.2.1" "\0" "Enhanced XRF Image Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.12.3" "\0" "X-Ray Angiographic Bi-Plane Image Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.12.77" "\0" "Zeiss OPT File Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.128" "\0" "Positron Emission Tomography Image Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.128.1" "\0" "Legacy Converted Enhanced PET Image Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.129" "\0" "Standalone PET Curve Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.13.1.1" "\0" "X-Ray 3D Angiographic Image Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.13.1.2" "\0" "X-Ray 3D Craniofacial Image Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.13.1.3" "\0" "Breast Tomosynthesis Image Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.13.1.4" "\0" "Breast Projection X-Ray Image Storage - For Presentation" "\0"
	"1.2.840.10008.5.1.4.1.1.13.1.5" "\0" "Breast Projection X-Ray Image Storage - For Processing" "\0"
	"1.2.840.10008.5.1.4.1.1.130" "\0" "Enhanced PET Image Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.131" "\0" "Basic Structured Display Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.14.1" "\0" "Intravascular Optical Coherence Tomography Image Storage - For Presentation" "\0"
	"1.2.840.10008.5.1.4.1.1.14.2" "\0" "Intravascular Optical Coherence Tomography Image Storage - For Processing" "\0"
	"1.2.840.10008.5.1.4.1.1.2" "\0" "CT Image Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.2.1" "\0" "Enhanced CT Image Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.2.2" "\0" "Legacy Converted Enhanced CT Image Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.20" "\0" "Nuclear Medicine Image Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.200.1" "\0" "CT Defined Procedure Protocol Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.200.2" "\0" "CT Performed Procedure Protocol Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.200.3" "\0" "Protocol Approval Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.200.4" "\0" "Protocol Approval Information Model - FIND" "\0"
	"1.2.840.10008.5.1.4.1.1.200.5" "\0" "Protocol Approval Information Model - MOVE" "\0"
	"1.2.840.10008.5.1.4.1.1.200.6" "\0" "Protocol Approval Information Model - GET" "\0"
	"1.2.840.10008.5.1.4.1.1.200.7" "\0" "XA Defined Procedure Protocol Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.200.8" "\0" "XA Performed Procedure Protocol Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.201.1" "\0" "Inventory Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.3" "\0" "Ultrasound Multi-frame Image Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.3.1" "\0" "Ultrasound Multi-frame Image Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.30" "\0" "Parametric Map Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.4" "\0" "MR Image Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.4.1" "\0" "Enhanced MR Image Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.4.2" "\0" "MR Spectroscopy Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.4.3" "\0" "Enhanced MR Color Image Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.4.4" "\0" "Legacy Converted Enhanced MR Image Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.40" "\0" "MR Image Storage Zero Padded" "\0"
	"1.2.840.10008.5.1.4.1.1.481.1" "\0" "RT Image Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.481.10" "\0" "RT Physician Intent Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.481.11" "\0" "RT Segment Annotation Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.481.12" "\0" "RT Radiation Set Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.481.13" "\0" "C-Arm Photon-Electron Radiation Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.481.14" "\0" "Tomotherapeutic Radiation Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.481.15" "\0" "Robotic-Arm Radiation Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.481.16" "\0" "RT Radiation Record Set Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.481.17" "\0" "RT Radiation Salvage Record Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.481.18" "\0" "Tomotherapeutic Radiation Record Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.481.19" "\0" "C-Arm Photon-Electron Radiation Record Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.481.2" "\0" "RT Dose Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.481.20" "\0" "Robotic Radiation Record Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.481.21" "\0" "RT Radiation Set Delivery Instruction Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.481.22" "\0" "RT Treatment Preparation Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.481.23" "\0" "Enhanced RT Image Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.481.24" "\0" "Enhanced Continuous RT Image Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.481.25" "\0" "RT Patient Position Acquisition Instruction Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.481.3" "\0" "RT Structure Set Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.481.4" "\0" "RT Beams Treatment Record Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.481.5" "\0" "RT Plan Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.481.6" "\0" "RT Brachy Treatment Record Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.481.7" "\0" "RT Treatment Summary Record Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.481.8" "\0" "RT Ion Plan Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.481.9" "\0" "RT Ion Beams Treatment Record Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.5" "\0" "Nuclear Medicine Image Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.501.1" "\0" "DICOS CT Image Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.501.2.1" "\0" "DICOS Digital X-Ray Image Storage - For Presentation" "\0"
	"1.2.840.10008.5.1.4.1.1.501.2.2" "\0" "DICOS Digital X-Ray Image Storage - For Processing" "\0"
	"1.2.840.10008.5.1.4.1.1.501.3" "\0" "DICOS Threat Detection Report Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.501.4" "\0" "DICOS 2D AIT Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.501.5" "\0" "DICOS 3D AIT Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.501.6" "\0" "DICOS Quadrupole Resonance (QR) Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.6" "\0" "Ultrasound Image Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.6.1" "\0" "Ultrasound Image Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.6.2" "\0" "Enhanced US Volume Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.6.3" "\0" "Photoacoustic Image Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.601.1" "\0" "Eddy Current Image Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.601.2" "\0" "Eddy Current Multi-frame Image Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.601.3" "\0" "Thermography Image Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.601.4" "\0" "Thermography Multi-frame Image Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.601.5" "\0" "Ultrasound Waveform Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.66" "\0" "Raw Data Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.66.1" "\0" "Spatial Registration Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.66.2" "\0" "Spatial Fiducials Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.66.3" "\0" "Deformable Spatial Registration Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.66.4" "\0" "Segmentation Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.66.5" "\0" "Surface Segmentation Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.66.6" "\0" "Tractography Results Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.66.7" "\0" "Label Map Segmentation Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.66.8" "\0" "Height Map Segmentation Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.67" "\0" "Real World Value Mapping Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.68.1" "\0" "Surface Scan Mesh Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.68.2" "\0" "Surface Scan Point Cloud Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.7" "\0" "Secondary Capture Image Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.7.1" "\0" "Multi-frame Single Bit Secondary Capture Image Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.7.2" "\0" "Multi-frame Grayscale Byte Secondary Capture Image Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.7.3" "\0" "Multi-frame Grayscale Word Secondary Capture Image Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.7.4" "\0" "Multi-frame True Color Secondary Capture Image Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.77.1" "\0" "VL Image Storage - Trial" "\0"
	"1.2.840.10008.5.1.4.1.1.77.1.1" "\0" "VL Endoscopic Image Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.77.1.1.1" "\0" "Video Endoscopic Image Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.77.1.2" "\0" "VL Microscopic Image Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.77.1.2.1" "\0" "Video Microscopic Image Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.77.1.3" "\0" "VL Slide-Coordinates Microscopic Image Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.77.1.4" "\0" "VL Photographic Image Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.77.1.4.1" "\0" "Video Photographic Image Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.77.1.5.1" "\0" "Ophthalmic Photography 8 Bit Image Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.77.1.5.2" "\0" "Ophthalmic Photography 16 Bit Image Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.77.1.5.3" "\0" "Stereometric Relationship Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.77.1.5.4" "\0" "Ophthalmic Tomography Image Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.77.1.5.5" "\0" "Wide Field Ophthalmic Photography Stereographic Projection Image Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.77.1.5.6" "\0" "Wide Field Ophthalmic Photography 3D Coordinates Image Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.77.1.5.7" "\0" "Ophthalmic Optical Coherence Tomography En Face Image Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.77.1.5.8" "\0" "Ophthalmic Optical Coherence Tomography B-scan Volume Analysis Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.77.1.6" "\0" "VL Whole Slide Microscopy Image Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.77.1.7" "\0" "Dermoscopic Photography Image Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.77.1.8" "\0" "Confocal Microscopy Image Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.77.1.9" "\0" "Confocal Microscopy Tiled Pyramidal Image Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.77.2" "\0" "VL Multi-frame Image Storage - Trial" "\0"
	"1.2.840.10008.5.1.4.1.1.78.1" "\0" "Lensometry Measurements Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.78.2" "\0" "Autorefraction Measurements Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.78.3" "\0" "Keratometry Measurements Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.78.4" "\0" "Subjective Refraction Measurements Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.78.5" "\0" "Visual Acuity Measurements Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.78.6" "\0" "Spectacle Prescription Report Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.78.7" "\0" "Ophthalmic Axial Measurements Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.78.8" "\0" "Intraocular Lens Calculations Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.79.1" "\0" "Macular Grid Thickness and Volume Report Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.8" "\0" "Standalone Overlay Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.80.1" "\0" "Ophthalmic Visual Field Static Perimetry Measurements Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.81.1" "\0" "Ophthalmic Thickness Map Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.82.1" "\0" "Corneal Topography Map Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.88.1" "\0" "Text SR Storage - Trial" "\0"
	"1.2.840.10008.5.1.4.1.1.88.11" "\0" "Basic Text SR Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.88.2" "\0" "Audio SR Storage - Trial" "\0"
	"1.2.840.10008.5.1.4.1.1.88.22" "\0" "Enhanced SR Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.88.3" "\0" "Detail SR Storage - Trial" "\0"
	"1.2.840.10008.5.1.4.1.1.88.33" "\0" "Comprehensive SR Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.88.34" "\0" "Comprehensive 3D SR Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.88.35" "\0" "Extensible SR Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.88.4" "\0" "Comprehensive SR Storage - Trial" "\0"
	"1.2.840.10008.5.1.4.1.1.88.40" "\0" "Procedure Log Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.88.50" "\0" "Mammography CAD SR Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.88.59" "\0" "Key Object Selection Document Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.88.65" "\0" "Chest CAD SR Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.88.67" "\0" "X-Ray Radiation Dose SR Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.88.68" "\0" "Radiopharmaceutical Radiation Dose SR Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.88.69" "\0" "Colon CAD SR Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.88.70" "\0" "Implantation Plan SR Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.88.71" "\0" "Acquisition Context SR Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.88.72" "\0" "Simplified Adult Echo SR Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.88.73" "\0" "Patient Radiation Dose SR Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.88.74" "\0" "Planned Imaging Agent Administration SR Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.88.75" "\0" "Performed Imaging Agent Administration SR Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.88.76" "\0" "Enhanced X-Ray Radiation Dose SR Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.88.77" "\0" "Waveform Annotation SR Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.9" "\0" "Standalone Curve Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.9.1" "\0" "Waveform Storage - Trial" "\0"
	"1.2.840.10008.5.1.4.1.1.9.1.1" "\0" "12-lead ECG Waveform Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.9.1.2" "\0" "General ECG Waveform Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.9.1.3" "\0" "Ambulatory ECG Waveform Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.9.1.4" "\0" "General 32-bit ECG Waveform Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.9.100.1" "\0" "Waveform Presentation State Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.9.100.2" "\0" "Waveform Acquisition Presentation State Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.9.2.1" "\0" "Hemodynamic Waveform Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.9.3.1" "\0" "Cardiac Electrophysiology Waveform Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.9.4.1" "\0" "Basic Voice Audio Waveform Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.9.4.2" "\0" "General Audio Waveform Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.9.5.1" "\0" "Arterial Pulse Waveform Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.9.6.1" "\0" "Respiratory Waveform Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.9.6.2" "\0" "Multi-channel Respiratory Waveform Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.9.7.1" "\0" "Routine Scalp Electroencephalogram Waveform Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.9.7.2" "\0" "Electromyogram Waveform Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.9.7.3" "\0" "Electrooculogram Waveform Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.9.7.4" "\0" "Sleep Electroencephalogram Waveform Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.9.8.1" "\0" "Body Position Waveform Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.90.1" "\0" "Content Assessment Results Storage" "\0"
	"1.2.840.10008.5.1.4.1.1.91.1" "\0" "Microscopy Bulk Simple Annotations Storage" "\0"
	"1.2.840.10008.5.1.4.1.2.1.1" "\0" "Patient Root Query/Retrieve Information Model - FIND" "\0"
	"1.2.840.10008.5.1.4.1.2.1.2" "\0" "Patient Root Query/Retrieve Information Model - MOVE" "\0"
	"1.2.840.10008.5.1.4.1.2.1.3" "\0" "Patient Root Query/Retrieve Information Model - GET" "\0"
	"1.2.840.10008.5.1.4.1.2.2.1" "\0" "Study Root Query/Retrieve Information Model - FIND" "\0"
	"1.2.840.10008.5.1.4.1.2.2.2" "\0" "Study Root Query/Retrieve Information Model - MOVE" "\0"
	"1.2.840.10008.5.1.4.1.2.2.3" "\0" "Study Root Query/Retrieve Information Model - GET" "\0"
	"1.2.840.10008.5.1.4.1.2.3.1" "\0" "Patient/Study Only Query/Retrieve Information Model - FIND" "\0"
	"1.2.840.10008.5.1.4.1.2.3.2" "\0" "Patient/Study Only Query/Retrieve Information Model - MOVE" "\0"
	"1.2.840.10008.5.1.4.1.2.3.3" "\0" "Patient/Study Only Query/Retrieve Information Model - GET" "\0"
	"1.2.840.10008.5.1.4.1.2.4.2" "\0" "Composite Instance Root Retrieve - MOVE" "\0"
	"1.2.840.10008.5.1.4.1.2.4.3" "\0" "Composite Instance Root Retrieve - GET" "\0"
	"1.2.840.10008.5.1.4.1.2.5.3" "\0" "Composite Instance Retrieve Without Bulk Data - GET" "\0"
	"1.2.840.10008.5.1.4.20.1" "\0" "Defined Procedure Protocol Information Model - FIND" "\0"
	"1.2.840.10008.5.1.4.20.2" "\0" "Defined Procedure Protocol Information Model - MOVE" "\0"
	"1.2.840.10008.5.1.4.20.3" "\0" "Defined Procedure Protocol Information Model - GET" "\0"
	"1.2.840.10008.5.1.4.31" "\0" "Modality Worklist Information Model - FIND" "\0"
	"1.2.840.10008.5.1.4.32" "\0" "General Purpose Worklist Management Meta" "\0"
	"1.2.840.10008.5.1.4.32.1" "\0" "General Purpose Worklist Information Model - FIND" "\0"
	"1.2.840.10008.5.1.4.32.2" "\0" "General Purpose Scheduled Procedure Step" "\0"
	"1.2.840.10008.5.1.4.32.3" "\0" "General Purpose Performed Procedure Step" "\0"
	"1.2.840.10008.5.1.4.33" "\0" "Instance Availability Notification" "\0"
	"1.2.840.10008.5.1.4.34.1" "\0" "RT Beams Delivery Instruction Storage - Trial" "\0"
	"1.2.840.10008.5.1.4.34.10" "\0" "RT Brachy Application Setup Delivery Instruction Storage" "\0"
	"1.2.840.10008.5.1.4.34.2" "\0" "RT Conventional Machine Verification - Trial" "\0"
	"1.2.840.10008.5.1.4.34.3" "\0" "RT Ion Machine Verification - Trial" "\0"
	"1.2.840.10008.5.1.4.34.4.1" "\0" "Unified Procedure Step - Push SOP Class - Trial" "\0"
	"1.2.840.10008.5.1.4.34.4.2" "\0" "Unified Procedure Step - Watch SOP Class - Trial" "\0"
	"1.2.840.10008.5.1.4.34.4.3" "\0" "Unified Procedure Step - Pull SOP Class - Trial" "\0"
	"1.2.840.10008.5.1.4.34.4.4" "\0" "Unified Procedure Step - Event SOP Class - Trial" "\0"
	"1.2.840.10008.5.1.4.34.6.1" "\0" "Unified Procedure Step - Push" "\0"
	"1.2.840.10008.5.1.4.34.6.2" "\0" "Unified Procedure Step - Watch" "\0"
	"1.2.840.10008.5.1.4.34.6.3" "\0" "Unified Procedure Step - Pull" "\0"
	"1.2.840.10008.5.1.4.34.6.4" "\0" "Unified Procedure Step - Event" "\0"
	"1.2.840.10008.5.1.4.34.6.5" "\0" "Unified Procedure Step - Query" "\0"
	"1.2.840.10008.5.1.4.34.7" "\0" "RT Beams Delivery Instruction Storage" "\0"
	"1.2.840.10008.5.1.4.34.8" "\0" "RT Conventional Machine Verification" "\0"
	"1.2.840.10008.5.1.4.34.9" "\0" "RT Ion Machine Verification" "\0"
	"1.2.840.10008.5.1.4.37.1" "\0" "General Relevant Patient Information Query" "\0"
	"1.2.840.10008.5.1.4.37.2" "\0" "Breast Imaging Relevant Patient Information Query" "\0"
	"1.2.840.10008.5.1.4.37.3" "\0" "Cardiac Relevant Patient Information Query" "\0"
	"1.2.840.10008.5.1.4.38.1" "\0" "Hanging Protocol Storage" "\0"
	"1.2.840.10008.5.1.4.38.2" "\0" "Hanging Protocol Information Model - FIND" "\0"
	"1.2.840.10008.5.1.4.38.3" "\0" "Hanging Protocol Information Model - MOVE" "\0"
	"1.2.840.10008.5.1.4.38.4" "\0" "Hanging Protocol Information Model - GET" "\0"
	"1.2.840.10008.5.1.4.39.1" "\0" "Color Palette Storage" "\0"
	"1.2.840.10008.5.1.4.39.2" "\0" "Color Palette Query/Retrieve Information Model - FIND" "\0"
	"1.2.840.10008.5.1.4.39.3" "\0" "Color Palette Query/Retrieve Information Model - MOVE" "\0"
	"1.2.840.10008.5.1.4.39.4" "\0" "Color Palette Query/Retrieve Information Model - GET" "\0"
	"1.2.840.10008.5.1.4.41" "\0" "Product Characteristics Query" "\0"
	"1.2.840.10008.5.1.4.42" "\0" "Substance Approval Query" "\0"
	"1.2.840.10008.5.1.4.43.1" "\0" "Generic Implant Template Storage" "\0"
	"1.2.840.10008.5.1.4.43.2" "\0" "Generic Implant Template Information Model - FIND" "\0"
	"1.2.840.10008.5.1.4.43.3" "\0" "Generic Implant Template Information Model - MOVE" "\0"
	"1.2.840.10008.5.1.4.43.4" "\0" "Generic Implant Template Information Model - GET" "\0"
	"1.2.840.10008.5.1.4.44.1" "\0" "Implant Assembly Template Storage" "\0"
	"1.2.840.10008.5.1.4.44.2" "\0" "Implant Assembly Template Information Model - FIND" "\0"
	"1.2.840.10008.5.1.4.44.3" "\0" "Implant Assembly Template Information Model - MOVE" "\0"
	"1.2.840.10008.5.1.4.44.4" "\0" "Implant Assembly Template Information Model - GET" "\0"
	"1.2.840.10008.5.1.4.45.1" "\0" "Implant Template Group Storage" "\0"
	"1.2.840.10008.5.1.4.45.2" "\0" "Implant Template Group Information Model - FIND" "\0"
	"1.2.840.10008.5.1.4.45.3" "\0" "Implant Template Group Information Model - MOVE" "\0"
	"1.2.840.10008.5.1.4.45.4" "\0" "Implant Template Group Information Model - GET" "\0";

static const struct uid_class classes[] = {
	{ 0, 0, 0 },
	{ 31, 0, 0 },
	{ 82, 0, 1 },
	{ 133, 0, 0 },
	{ 186, 0, 0 },
	{ 230, 0, 0 },
	{ 282, 0, 1 },
	{ 333, 0, 0 },
	{ 399, 0, 0 },
	{ 467, 0, 0 },
	{ 525, 0, 0 },
	{ 597, 0, 1 },
	{ 649, 0, 1 },
	{ 706, 0, 1 },
	{ 756, 0, 1 },
	{ 806, 0, 1 },
	{ 857, 0, 0 },
	{ 915, 0, 0 },
	{ 982, 0, 0 },
	{ 1053, 0, 1 },
	{ 1105, 0, 1 },
	{ 1162, 0, 1 },
	{ 1217, 0, 1 },
	{ 1276, 0, 0 },
	{ 1317, 0, 0 },
	{ 1350, 0, 0 },
	{ 1394, 0, 0 },
	{ 1425, 0, 0 },
	{ 1484, 0, 0 },
	{ 1541, 0, 1 },
	{ 1605, 0, 0 },
	{ 1642, 0, 0 },
	{ 1677, 0, 0 },
	{ 1717, 0, 1 },
	{ 1758, 0, 1 },
	{ 1813, 0, 1 },
	{ 1859, 1, 1 },
	{ 1903, 1, 1 },
	{ 1959, 1, 1 },
	{ 2011, 0, 1 },
	{ 2053, 0, 1 },
	{ 2110, 0, 0 },
	{ 2173, 0, 0 },
	{ 2221, 0, 0 },
	{ 2267, 0, 1 },
	{ 2312, 0, 0 },
	{ 2350, 0, 0 },
	{ 2410, 0, 1 },
	{ 2477, 1, 0 },
	{ 2538, 1, 0 },
	{ 2613, 1, 0 },
	{ 2688, 1, 0 },
	{ 2775, 1, 0 },
	{ 2862, 1, 0 },
	{ 2948, 1, 0 },
	{ 3034, 1, 1 },
	{ 3093, 1, 0 },
	{ 3148, 1, 0 },
	{ 3203, 1, 0 },
	{ 3258, 1, 0 },
	{ 3313, 1, 0 },
	{ 3368, 1, 1 },
	{ 3422, 1, 0 },
	{ 3497, 1, 0 },
	{ 3592, 1, 0 },
	{ 3686, 1, 0 },
	{ 3774, 1, 0 },
	{ 3845, 1, 0 },
	{ 3923, 1, 0 },
	{ 3997, 1, 0 },
	{ 4079, 1, 0 },
	{ 4167, 1, 0 },
	{ 4257, 1, 0 },
	{ 4331, 1, 0 },
	{ 4415, 1, 0 },
	{ 4477, 1, 0 },
	{ 4534, 1, 0 },
	{ 4601, 1, 0 },
	{ 4659, 1, 1 },
	{ 4730, 1, 1 },
	{ 4783, 1, 0 },
	{ 4854, 1, 0 },
	{ 4928, 1, 1 },
	{ 4985, 1, 0 },
	{ 5052, 1, 0 },
	{ 5119, 1, 0 },
	{ 5185, 1, 0 },
	{ 5273, 1, 0 },
	{ 5359, 1, 0 },
	{ 5414, 1, 0 },
	{ 5475, 1, 0 },
	{ 5580, 1, 0 },
	{ 5683, 1, 0 },
	{ 5726, 1, 0 },
	{ 5780, 1, 0 },
	{ 5851, 1, 0 },
	{ 5909, 1, 0 },
	{ 5977, 1, 0 },
	{ 6047, 1, 0 },
	{ 6103, 0, 0 },
	{ 6176, 0, 0 },
	{ 6249, 0, 0 },
	{ 6321, 1, 0 },
	{ 6389, 1, 0 },
	{ 6459, 1, 0 },
	{ 6507, 1, 1 },
	{ 6570, 1, 0 },
	{ 6635, 1, 0 },
	{ 6685, 1, 0 },
	{ 6728, 1, 0 },
	{ 6782, 1, 0 },
	{ 6834, 1, 0 },
	{ 6894, 1, 0 },
	{ 6965, 1, 1 },
	{ 7021, 1, 0 },
	{ 7068, 1, 0 },
	{ 7127, 1, 0 },
	{ 7188, 1, 0 },
	{ 7244, 1, 0 },
	{ 7315, 1, 0 },
	{ 7380, 1, 0 },
	{ 7441, 1, 0 },
	{ 7504, 1, 0 },
	{ 7571, 1, 0 },
	{ 7643, 1, 0 },
	{ 7721, 1, 0 },
	{ 7767, 1, 0 },
	{ 7831, 1, 0 },
	{ 7908, 1, 0 },
	{ 7972, 1, 0 },
	{ 8029, 1, 0 },
	{ 8097, 1, 0 },
	{ 8180, 1, 0 },
	{ 8235, 1, 0 },
	{ 8299, 1, 0 },
	{ 8345, 1, 0 },
	{ 8410, 1, 0 },
	{ 8476, 1, 0 },
	{ 8526, 1, 0 },
	{ 8594, 1, 1 },
	{ 8651, 1, 0 },
	{ 8704, 1, 0 },
	{ 8789, 1, 0 },
	{ 8872, 1, 0 },
	{ 8940, 1, 0 },
	{ 8991, 1, 0 },
	{ 9042, 1, 0 },
	{ 9112, 1, 1 },
	{ 9163, 1, 0 },
	{ 9216, 1, 0 },
	{ 9271, 1, 0 },
	{ 9327, 1, 0 },
	{ 9384, 1, 0 },
	{ 9453, 1, 0 },
	{ 9510, 1, 0 },
	{ 9579, 1, 0 },
	{ 9637, 1, 0 },
	{ 9681, 1, 0 },
	{ 9739, 1, 0 },
	{ 9794, 1, 0 },
	{ 9863, 1, 0 },
	{ 9913, 1, 0 },
	{ 9971, 1, 0 },
	{ 10029, 1, 0 },
	{ 10089, 1, 0 },
	{ 10150, 1, 0 },
	{ 10210, 1, 0 },
	{ 10265, 1, 0 },
	{ 10327, 1, 0 },
	{ 10385, 1, 0 },
	{ 10468, 1, 0 },
	{ 10555, 1, 0 },
	{ 10642, 1, 0 },
	{ 10725, 1, 1 },
	{ 10779, 1, 0 },
	{ 10838, 1, 0 },
	{ 10902, 1, 0 },
	{ 10962, 1, 0 },
	{ 11027, 1, 0 },
	{ 11105, 1, 0 },
	{ 11166, 1, 0 },
	{ 11232, 1, 0 },
	{ 11308, 1, 0 },
	{ 11385, 1, 0 },
	{ 11452, 1, 0 },
	{ 11521, 1, 0 },
	{ 11627, 1, 0 },
	{ 11723, 1, 0 },
	{ 11818, 1, 0 },
	{ 11922, 1, 0 },
	{ 11993, 1, 0 },
	{ 12062, 1, 0 },
	{ 12127, 1, 0 },
	{ 12208, 1, 1 },
	{ 12274, 1, 0 },
	{ 12335, 1, 0 },
	{ 12400, 1, 0 },
	{ 12462, 1, 0 },
	{ 12534, 1, 0 },
	{ 12598, 1, 0 },
	{ 12665, 1, 0 },
	{ 12732, 1, 0 },
	{ 12799, 1, 0 },
	{ 12877, 1, 1 },
	{ 12930, 1, 0 },
	{ 13021, 1, 0 },
	{ 13083, 1, 0 },
	{ 13143, 1, 1 },
	{ 13196, 1, 0 },
	{ 13248, 1, 1 },
	{ 13302, 1, 0 },
	{ 13352, 1, 1 },
	{ 13407, 1, 0 },
	{ 13462, 1, 0 },
	{ 13520, 1, 0 },
	{ 13572, 1, 1 },
	{ 13634, 1, 0 },
	{ 13686, 1, 0 },
	{ 13743, 1, 0 },
	{ 13811, 1, 0 },
	{ 13862, 1, 0 },
	{ 13924, 1, 0 },
	{ 14000, 1, 0 },
	{ 14051, 1, 0 },
	{ 14110, 1, 0 },
	{ 14171, 1, 0 },
	{ 14234, 1, 0 },
	{ 14298, 1, 0 },
	{ 14376, 1, 0 },
	{ 14456, 1, 0 },
	{ 14527, 1, 0 },
	{ 14588, 1, 1 },
	{ 14639, 1, 1 },
	{ 14692, 1, 0 },
	{ 14751, 1, 0 },
	{ 14810, 1, 0 },
	{ 14872, 1, 0 },
	{ 14938, 1, 0 },
	{ 15006, 1, 0 },
	{ 15086, 1, 0 },
	{ 15145, 1, 0 },
	{ 15218, 1, 0 },
	{ 15283, 1, 0 },
	{ 15344, 1, 0 },
	{ 15406, 1, 0 },
	{ 15465, 1, 0 },
	{ 15538, 1, 0 },
	{ 15620, 1, 0 },
	{ 15682, 1, 0 },
	{ 15746, 1, 0 },
	{ 15820, 1, 0 },
	{ 15881, 1, 0 },
	{ 15945, 1, 0 },
	{ 16017, 0, 0 },
	{ 16098, 0, 0 },
	{ 16179, 0, 0 },
	{ 16259, 0, 0 },
	{ 16338, 0, 0 },
	{ 16417, 0, 0 },
	{ 16495, 0, 1 },
	{ 16582, 0, 1 },
	{ 16669, 0, 1 },
	{ 16755, 0, 0 },
	{ 16823, 0, 0 },
	{ 16890, 0, 0 },
	{ 16970, 0, 0 },
	{ 17047, 0, 0 },
	{ 17124, 0, 0 },
	{ 17200, 0, 0 },
	{ 17266, 0, 1 },
	{ 17330, 0, 1 },
	{ 17405, 0, 1 },
	{ 17471, 0, 1 },
	{ 17537, 0, 0 },
	{ 17595, 1, 1 },
	{ 17666, 1, 0 },
	{ 17749, 0, 1 },
	{ 17819, 0, 1 },
	{ 17880, 0, 1 },
	{ 17955, 0, 1 },
	{ 18031, 0, 1 },
	{ 18106, 0, 1 },
	{ 18182, 0, 0 },
	{ 18239, 0, 0 },
	{ 18297, 0, 0 },
	{ 18354, 0, 0 },
	{ 18412, 0, 0 },
	{ 18470, 1, 0 },
	{ 18533, 0, 0 },
	{ 18595, 0, 0 },
	{ 18648, 0, 0 },
	{ 18716, 0, 0 },
	{ 18791, 0, 0 },
	{ 18859, 1, 0 },
	{ 18909, 0, 0 },
	{ 18976, 0, 0 },
	{ 19043, 0, 0 },
	{ 19109, 1, 0 },
	{ 19156, 0, 0 },
	{ 19235, 0, 0 },
	{ 19314, 0, 0 },
	{ 19392, 0, 0 },
	{ 19445, 0, 0 },
	{ 19493, 1, 0 },
	{ 19551, 0, 0 },
	{ 19626, 0, 0 },
	{ 19701, 0, 0 },
	{ 19775, 1, 0 },
	{ 19834, 0, 0 },
	{ 19910, 0, 0 },
	{ 19986, 0, 0 },
	{ 20061, 1, 0 },
	{ 20117, 0, 0 },
	{ 20190, 0, 0 },
	{ 20263, 0, 0 },
};
