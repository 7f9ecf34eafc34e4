/* SPDX-License-Identifier: MIT */
/* Made by uid_gen.py from the registry of PS3.6 Table A-1; do not edit. Rows are in the order
 * of strcmp on the UID, which classes have packed. */

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

static const char class_parts[] =
	"1.2.840.10008.5.1.4.\0"
	"Storage\0"
	"1.1.\0"
	"1.2.840.10008.\0"
	"Information Model - \0"
	"Image \0"
	"Presentation State \0"
	"Unified Procedure Step - \0"
	"Storage - \0"
	"Waveform \0"
	"Query/Retrieve \0"
	"Radiation \0"
	"Management Meta\0"
	"Protocol \0"
	"Implant Template \0"
	"Procedure \0"
	"Enhanced \0"
	"Ophthalmic \0"
	"Multi-frame \0"
	"Optical Coherence Tomography \0"
	"X-Ray \0"
	"1.2.\0"
	"For Presentation\0"
	"Implant Assembly Template \0"
	"Grayscale \0"
	"481.\0"
	"Measurements \0"
	"Secondary Capture \0"
	"Real-Time Communication\0"
	"Relevant Patient Information Query\0"
	"For Processing\0"
	"77.1.\0"
	"Delivery Instruction \0"
	"Detached \0"
	"Basic \0"
	"Management\0"
	"Performed \0"
	"Volume Rendering Volumetric \0"
	"Trial\0"
	"Color \0"
	"RT \0"
	"Digital \0"
	"General \0"
	"Encapsulated \0"
	"Record \0"
	"88.\0"
	"Print \0"
	"Photography \0"
	"Patient \0"
	"SR \0"
	"Modality \0"
	"Standalone \0"
	"Softcopy \0"
	"Ultrasound \0"
	"5.\0"
	"SOP Class \0"
	"Treatment \0"
	"Segmentation \0"
	"Patient/Study Only \0"
	"Composite Instance \0"
	"FIND\0"
	"Legacy Converted \0"
	"Approval \0"
	"Study \0"
	"MOVE\0"
	"DICOS \0"
	"Microscopy \0"
	"34.\0"
	"Administration \0"
	"Defined \0"
	"Root \0"
	"Comprehensive \0"
	"1.\0"
	"Photographic \0"
	"Angiographic \0"
	"3.\0"
	"Verification\0"
	"Notification\0"
	"Mammography \0"
	"11.\0"
	"GET\0"
	"Acquisition \0"
	"Microscopic \0"
	"Machine Verification - \0"
	"Storage \0"
	"Results \0"
	"Planar MPR Volumetric \0"
	"200.\0"
	"C-Arm Photon-Electron \0"
	"Purpose \0"
	"Hanging \0"
	"Palette \0"
	"Generic \0"
	"Video \0"
	"Endoscopic \0"
	"Annotation \0"
	"Referenced \0"
	"Projection \0"
	"Spatial Registration \0"
	"Electroencephalogram \0"
	"9.\0"
	"Selection Document \0"
	"Breast \0"
	"501.\0"
	"Nuclear Medicine \0"
	"Dose \0"
	"Retrieve \0"
	"Worklist \0"
	"Audio \0"
	"Tomotherapeutic \0"
	"Beams \0"
	"Group \0"
	"Box\0"
	"Overlay \0"
	"4.\0"
	"66.\0"
	"Surface \0"
	"78.\0"
	"Imaging \0"
	"Intravascular \0"
	"Pull \0"
	"104.\0"
	"Map \0"
	"Report \0"
	"Volume \0"
	"601.\0"
	"Eddy Current \0"
	"Thermography \0";

static const char class_text[] =
	"\203\3101\0" "\314\0"
	"\203\31020.1\0" "\324Commitment Push Model\0"
	"\203\31020.2\0" "\324Commitment \370Model\0"
	"\203\310\31310\0" "Media \324Directory \201\0"
	"\203\31040\0" "Procedural Event Logging\0"
	"\203\31042\0" "Substance \304Logging\0"
	"\203\3109\0" "\242\277Content \315\0"
	"\20310.1\0" "\335\336\205\234\0"
	"\20310.2\0" "\335\311\205\234\0"
	"\20310.3\0" "\354\211\234\0"
	"\20310.4\0" "Rendition \345\234\0"
	"\203\313\225\3101\0" "\241\260\243\0"
	"\203\313\225\3104\0" "\241\260\214\0"
	"\203\313\2252.1\0" "\241Visit \243\0"
	"\203\313\225\3131\0" "\241\277\243\0"
	"\203\313\225\3132\0" "\277Component \243\0"
	"\203\313\225\3133\0" "\262\244\217Step\0"
	"\203\313\225\3134\0" "\262\244\217Step Retrieve\0"
	"\203\313\225\3135\0" "\262\244\217Step \315\0"
	"\203\313\225\2661\0" "\241\325\243\0"
	"\203\313\225\2664\0" "\241\325\214\0"
	"\203\313\225\2665\0" "\241\277\214\0"
	"\203\313\2256.1\0" "\241Interpretation \243\0"
	"\203\266\2021\0" "\242Film Session\0"
	"\203\266\20214\0" "\256Job\0"
	"\203\266\20215\0" "\242\337\360\0"
	"\203\266\20216\0" "Printer\0"
	"\203\266\20216.376\0" "Printer Configuration Retrieval\0"
	"\203\266\20218\0" "\242\247\256\214\0"
	"\203\266\20218.1\0" "\340\247\256\214\0"
	"\203\266\2022\0" "\242Film \360\0"
	"\203\266\20222\0" "VOI LUT \360\0"
	"\203\266\20223\0" "Presentation LUT\0"
	"\203\266\20224\0" "\205\361\360\0"
	"\203\266\20224.1\0" "\242\256\205\361\360\0"
	"\203\266\20226\0" "\256Queue \243\0"
	"\203\266\20227\0" "Stored \256\201\0"
	"\203\266\20229\0" "Hardcopy \230\205\201\0"
	"\203\266\20230\0" "Hardcopy \247\205\201\0"
	"\203\266\20231\0" "\370\256Request\0"
	"\203\266\20232\0" "\370Stored \256\214\0"
	"\203\266\20233\0" "Media Creation Management \267UID\0"
	"\203\266\2024\0" "\242\230\205\360\0"
	"\203\266\202\3621\0" "\242\247\205\360\0"
	"\203\266\202\3622\0" "\340\205\360\0"
	"\203\266\20240\0" "Display System\0"
	"\203\266\2029\0" "\242\230\256\214\0"
	"\203\266\202\3441\0" "\340\230\256\214\0"
	"\200\2021\0" "Computed Radiography \205\201\0"
	"\200\202\3101\0" "\251\224\205\210\226\0"
	"\200\202\2021\0" "\251\224\205\210\236\0"
	"\200\202\3102\0" "\251\316\224\205\210\226\0"
	"\200\202\2251\0" "\251\316\224\205\210\236\0"
	"\200\202\3103\0" "\251Intra-Oral \224\205\210\226\0"
	"\200\202\310\3131\0" "\251Intra-Oral \224\205\210\236\0"
	"\200\20210\0" "\263\262LUT \201\0"
	"\200\202\3711\0" "\253PDF \201\0"
	"\200\202\3712\0" "\253CDA \201\0"
	"\200\202\3713\0" "\253STL \201\0"
	"\200\202\3714\0" "\253OBJ \201\0"
	"\200\202\3715\0" "\253MTL \201\0"
	"\200\20211\0" "\263VOI LUT \201\0"
	"\200\202\3171\0" "\230\264\206\201\0"
	"\200\202\31710\0" "Segmented \245\206\201\0"
	"\200\202\31711\0" "Multiple \245\206\201\0"
	"\200\202\31712\0" "Variable \262LUT \264\206\201\0"
	"\200\202\3172\0" "\247\264\206\201\0"
	"\200\202\3173\0" "Pseudo-Color \264\206\201\0"
	"\200\202\3174\0" "Blending \264\206\201\0"
	"\200\202\3175\0" "XA/XRF \230\264\206\201\0"
	"\200\202\3176\0" "\230\326\206\201\0"
	"\200\202\3177\0" "Compositing \326\206\201\0"
	"\200\202\3178\0" "Advanced Blending \206\201\0"
	"\200\202\3179\0" "\245\206\201\0"
	"\200\20212.1\0" "\224\312\205\201\0"
	"\200\20212.\3101\0" "\220XA \205\201\0"
	"\200\20212.2\0" "\224Radiofluoroscopic \205\201\0"
	"\200\20212.2.1\0" "\220XRF \205\201\0"
	"\200\20212.3\0" "\224\312Bi-Plane \205\201\0"
	"\200\20212.77\0" "Zeiss OPT File \201\0"
	"\200\202128\0" "Positron Emission Tomography \205\201\0"
	"\200\202128.1\0" "\275\220PET \205\201\0"
	"\200\202129\0" "\263PET Curve \201\0"
	"\200\20213.\3101\0" "\2243D \312\205\201\0"
	"\200\20213.\3102\0" "\2243D Craniofacial \205\201\0"
	"\200\20213.\3103\0" "\346Tomosynthesis \205\201\0"
	"\200\20213.\3104\0" "\346\341\224\205\210\226\0"
	"\200\20213.\3105\0" "\346\341\224\205\210\236\0"
	"\200\202130\0" "\220PET \205\201\0"
	"\200\202131\0" "\242Structured Display \201\0"
	"\200\20214.1\0" "\367\223\205\210\226\0"
	"\200\20214.2\0" "\367\223\205\210\236\0"
	"\200\2022\0" "CT \205\201\0"
	"\200\2022.1\0" "\220CT \205\201\0"
	"\200\2022.2\0" "\275\220CT \205\201\0"
	"\200\20220\0" "\350\205\201\0"
	"\200\202\3271\0" "CT \305\217\215\201\0"
	"\200\202\3272\0" "CT \244\217\215\201\0"
	"\200\202\3273\0" "\215\276\201\0"
	"\200\202\3274\0" "\215\276\204\274\0"
	"\200\202\3275\0" "\215\276\204\300\0"
	"\200\202\3276\0" "\215\276\204\320\0"
	"\200\202\3277\0" "XA \305\217\215\201\0"
	"\200\202\3278\0" "XA \244\217\215\201\0"
	"\200\202201.1\0" "Inventory \201\0"
	"\200\2023\0" "\265\222\205\201\0"
	"\200\202\3131\0" "\265\222\205\201\0"
	"\200\20230\0" "Parametric \372\201\0"
	"\200\2024\0" "MR \205\201\0"
	"\200\202\3621\0" "\220MR \205\201\0"
	"\200\202\3622\0" "MR Spectroscopy \201\0"
	"\200\202\3623\0" "\220MR \247\205\201\0"
	"\200\202\3624\0" "\275\220MR \205\201\0"
	"\200\20240\0" "MR \205\324Zero Padded\0"
	"\200\202\2311\0" "\250\205\201\0"
	"\200\202\23110\0" "\250Physician Intent \201\0"
	"\200\202\23111\0" "\250Segment \337\201\0"
	"\200\202\23112\0" "\250\213Set \201\0"
	"\200\202\23113\0" "\330\213\201\0"
	"\200\202\23114\0" "\355\213\201\0"
	"\200\202\23115\0" "Robotic-Arm \213\201\0"
	"\200\202\23116\0" "\250\213\254Set \201\0"
	"\200\202\23117\0" "\250\213Salvage \254\201\0"
	"\200\202\23118\0" "\355\213\254\201\0"
	"\200\202\23119\0" "\330\213\254\201\0"
	"\200\202\2312\0" "\250\351\201\0"
	"\200\202\23120\0" "Robotic \213\254\201\0"
	"\200\202\23121\0" "\250\213Set \240\201\0"
	"\200\202\23122\0" "\250\270Preparation \201\0"
	"\200\202\23123\0" "\220\250\205\201\0"
	"\200\202\23124\0" "\220Continuous \250\205\201\0"
	"\200\202\23125\0" "\250\260Position \321Instruction \201\0"
	"\200\202\2313\0" "\250Structure Set \201\0"
	"\200\202\2314\0" "\250\356\270\254\201\0"
	"\200\202\2315\0" "\250Plan \201\0"
	"\200\202\2316\0" "\250Brachy \270\254\201\0"
	"\200\202\2317\0" "\250\270Summary \254\201\0"
	"\200\202\2318\0" "\250Ion Plan \201\0"
	"\200\202\2319\0" "\250Ion \356\270\254\201\0"
	"\200\2025\0" "\350\205\201\0"
	"\200\202\3471\0" "\301CT \205\201\0"
	"\200\202\3472.1\0" "\301\251\224\205\210\226\0"
	"\200\202\3472.2\0" "\301\251\224\205\210\236\0"
	"\200\202\3473\0" "\301Threat Detection \373\201\0"
	"\200\202\3474\0" "\3012D AIT \201\0"
	"\200\202\3475\0" "\3013D AIT \201\0"
	"\200\202\3476\0" "\301Quadrupole Resonance (QR) \201\0"
	"\200\2026\0" "\265\205\201\0"
	"\200\2026.1\0" "\265\205\201\0"
	"\200\2026.2\0" "\220US \374\201\0"
	"\200\2026.3\0" "Photoacoustic \205\201\0"
	"\200\202\3751\0" "\376\205\201\0"
	"\200\202\3752\0" "\376\222\205\201\0"
	"\200\202\3753\0" "\377\205\201\0"
	"\200\202\3754\0" "\377\222\205\201\0"
	"\200\202\3755\0" "\265\211\201\0"
	"\200\20266\0" "Raw Data \201\0"
	"\200\202\3631\0" "\342\201\0"
	"\200\202\3632\0" "Spatial Fiducials \201\0"
	"\200\202\3633\0" "Deformable \342\201\0"
	"\200\202\3634\0" "\271\201\0"
	"\200\202\3635\0" "\364\271\201\0"
	"\200\202\3636\0" "Tractography \325\201\0"
	"\200\202\3637\0" "Label \372\271\201\0"
	"\200\202\3638\0" "Height \372\271\201\0"
	"\200\20267\0" "Real World Value Mapping \201\0"
	"\200\20268.1\0" "\364Scan Mesh \201\0"
	"\200\20268.2\0" "\364Scan Point Cloud \201\0"
	"\200\2027\0" "\233\205\201\0"
	"\200\2027.1\0" "\222Single Bit \233\205\201\0"
	"\200\2027.2\0" "\222\230Byte \233\205\201\0"
	"\200\2027.3\0" "\222\230Word \233\205\201\0"
	"\200\2027.4\0" "\222True \247\233\205\201\0"
	"\200\20277.1\0" "VL \205\210\246\0"
	"\200\202\2371\0" "VL \336\205\201\0"
	"\200\20277.\2021\0" "\335\336\205\201\0"
	"\200\202\2372\0" "VL \322\205\201\0"
	"\200\20277.\2251\0" "\335\322\205\201\0"
	"\200\202\2373\0" "VL Slide-Coordinates \322\205\201\0"
	"\200\202\2374\0" "VL \311\205\201\0"
	"\200\202\237\3621\0" "\335\311\205\201\0"
	"\200\202\237\2661\0" "\221\2578 Bit \205\201\0"
	"\200\202\237\2662\0" "\221\25716 Bit \205\201\0"
	"\200\202\237\2663\0" "Stereometric Relationship \201\0"
	"\200\202\237\2664\0" "\221Tomography \205\201\0"
	"\200\202\237\2665\0" "Wide Field \221\257Stereographic \341\205\201\0"
	"\200\202\237\2666\0" "Wide Field \221\2573D Coordinates \205\201\0"
	"\200\202\237\2667\0" "\221\223En Face \205\201\0"
	"\200\202\237\2668\0" "\221\223B-scan \374Analysis \201\0"
	"\200\202\2376\0" "VL Whole Slide \302\205\201\0"
	"\200\202\2377\0" "Dermoscopic \257\205\201\0"
	"\200\202\2378\0" "Confocal \302\205\201\0"
	"\200\202\2379\0" "Confocal \302Tiled Pyramidal \205\201\0"
	"\200\20277.2\0" "VL \222\205\210\246\0"
	"\200\202\3651\0" "Lensometry \232\201\0"
	"\200\202\3652\0" "Autorefraction \232\201\0"
	"\200\202\3653\0" "Keratometry \232\201\0"
	"\200\202\3654\0" "Subjective Refraction \232\201\0"
	"\200\202\3655\0" "Visual Acuity \232\201\0"
	"\200\202\3656\0" "Spectacle Prescription \373\201\0"
	"\200\202\3657\0" "\221Axial \232\201\0"
	"\200\202\3658\0" "Intraocular Lens Calculations \201\0"
	"\200\20279.1\0" "Macular Grid Thickness and \374\373\201\0"
	"\200\2028\0" "\263\361\201\0"
	"\200\20280.1\0" "\221Visual Field Static Perimetry \232\201\0"
	"\200\20281.1\0" "\221Thickness \372\201\0"
	"\200\20282.1\0" "Corneal Topography \372\201\0"
	"\200\202\2551\0" "Text \261\210\246\0"
	"\200\202\25511\0" "\242Text \261\201\0"
	"\200\202\2552\0" "\354\261\210\246\0"
	"\200\202\25522\0" "\220\261\201\0"
	"\200\202\2553\0" "Detail \261\210\246\0"
	"\200\202\25533\0" "\307\261\201\0"
	"\200\202\25534\0" "\3073D \261\201\0"
	"\200\202\25535\0" "Extensible \261\201\0"
	"\200\202\2554\0" "\307\261\210\246\0"
	"\200\202\25540\0" "\217Log \201\0"
	"\200\202\25550\0" "\316CAD \261\201\0"
	"\200\202\25559\0" "Key Object \345\201\0"
	"\200\202\25565\0" "Chest CAD \261\201\0"
	"\200\202\25567\0" "\224\213\351\261\201\0"
	"\200\202\25568\0" "Radiopharmaceutical \213\351\261\201\0"
	"\200\202\25569\0" "Colon CAD \261\201\0"
	"\200\202\25570\0" "Implantation Plan \261\201\0"
	"\200\202\25571\0" "\321Context \261\201\0"
	"\200\202\25572\0" "Simplified Adult Echo \261\201\0"
	"\200\202\25573\0" "\260\213\351\261\201\0"
	"\200\202\25574\0" "Planned \366Agent \304\261\201\0"
	"\200\202\25575\0" "\244\366Agent \304\261\201\0"
	"\200\202\25576\0" "\220\224\213\351\261\201\0"
	"\200\202\25577\0" "\211\337\261\201\0"
	"\200\2029\0" "\263Curve \201\0"
	"\200\202\3441\0" "\211\210\246\0"
	"\200\202\344\3101\0" "12-lead ECG \211\201\0"
	"\200\202\344\3102\0" "\252ECG \211\201\0"
	"\200\202\344\3103\0" "Ambulatory ECG \211\201\0"
	"\200\202\344\3104\0" "\25232-bit ECG \211\201\0"
	"\200\202\344100.1\0" "\211\206\201\0"
	"\200\202\344100.2\0" "\211\321\206\201\0"
	"\200\202\3442.1\0" "Hemodynamic \211\201\0"
	"\200\202\344\3131\0" "Cardiac Electrophysiology \211\201\0"
	"\200\202\344\3621\0" "\242Voice \354\211\201\0"
	"\200\202\344\3622\0" "\252\354\211\201\0"
	"\200\202\344\2661\0" "Arterial Pulse \211\201\0"
	"\200\202\3446.1\0" "Respiratory \211\201\0"
	"\200\202\3446.2\0" "Multi-channel Respiratory \211\201\0"
	"\200\202\3447.1\0" "Routine Scalp \343\211\201\0"
	"\200\202\3447.2\0" "Electromyogram \211\201\0"
	"\200\202\3447.3\0" "Electrooculogram \211\201\0"
	"\200\202\3447.4\0" "Sleep \343\211\201\0"
	"\200\202\3448.1\0" "Body Position \211\201\0"
	"\200\20290.1\0" "Content Assessment \325\201\0"
	"\200\20291.1\0" "\302Bulk Simple Annotations \201\0"
	"\200\225\3101\0" "\260\306\212\204\274\0"
	"\200\225\3102\0" "\260\306\212\204\300\0"
	"\200\225\3103\0" "\260\306\212\204\320\0"
	"\200\2252.1\0" "\277\306\212\204\274\0"
	"\200\2252.2\0" "\277\306\212\204\300\0"
	"\200\2252.3\0" "\277\306\212\204\320\0"
	"\200\225\3131\0" "\272\212\204\274\0"
	"\200\225\3132\0" "\272\212\204\300\0"
	"\200\225\3133\0" "\272\212\204\320\0"
	"\200\225\3622\0" "\273\306\352- \300\0"
	"\200\225\3623\0" "\273\306\352- \320\0"
	"\200\225\2663\0" "\273\352Without Bulk Data - \320\0"
	"\20020.1\0" "\305\217\215\204\274\0"
	"\20020.2\0" "\305\217\215\204\300\0"
	"\20020.3\0" "\305\217\215\204\320\0"
	"\20031\0" "\262\353\204\274\0"
	"\20032\0" "\252\331\353\214\0"
	"\20032.1\0" "\252\331\353\204\274\0"
	"\20032.2\0" "\252\331Scheduled \217Step\0"
	"\20032.3\0" "\252\331\244\217Step\0"
	"\20033\0" "Instance Availability \315\0"
	"\200\3031\0" "\250\356\240\210\246\0"
	"\200\30310\0" "\250Brachy Application Setup \240\201\0"
	"\200\3032\0" "\250Conventional \323\246\0"
	"\200\3033\0" "\250Ion \323\246\0"
	"\200\303\3621\0" "\207Push \267- \246\0"
	"\200\303\3622\0" "\207Watch \267- \246\0"
	"\200\303\3623\0" "\207\370\267- \246\0"
	"\200\303\3624\0" "\207Event \267- \246\0"
	"\200\3036.1\0" "\207Push\0"
	"\200\3036.2\0" "\207Watch\0"
	"\200\3036.3\0" "\207Pull\0"
	"\200\3036.4\0" "\207Event\0"
	"\200\3036.5\0" "\207Query\0"
	"\200\3037\0" "\250\356\240\201\0"
	"\200\3038\0" "\250Conventional Machine \314\0"
	"\200\3039\0" "\250Ion Machine \314\0"
	"\20037.1\0" "\252\235\0"
	"\20037.2\0" "\346\366\235\0"
	"\20037.3\0" "Cardiac \235\0"
	"\20038.1\0" "\332\215\201\0"
	"\20038.2\0" "\332\215\204\274\0"
	"\20038.3\0" "\332\215\204\300\0"
	"\20038.4\0" "\332\215\204\320\0"
	"\20039.1\0" "\247\333\201\0"
	"\20039.2\0" "\247\333\212\204\274\0"
	"\20039.3\0" "\247\333\212\204\300\0"
	"\20039.4\0" "\247\333\212\204\320\0"
	"\20041\0" "Product Characteristics Query\0"
	"\20042\0" "Substance \276Query\0"
	"\20043.1\0" "\334\216\201\0"
	"\20043.2\0" "\334\216\204\274\0"
	"\20043.3\0" "\334\216\204\300\0"
	"\20043.4\0" "\334\216\204\320\0"
	"\20044.1\0" "\227\201\0"
	"\20044.2\0" "\227\204\274\0"
	"\20044.3\0" "\227\204\300\0"
	"\20044.4\0" "\227\204\320\0"
	"\20045.1\0" "\216\357\201\0"
	"\20045.2\0" "\216\357\204\274\0"
	"\20045.3\0" "\216\357\204\300\0"
	"\20045.4\0" "\216\357\204\320\0";

static const struct uid_class classes[] = {
	{ 0, 0, 0 },
	{ 6, 0, 0 },
	{ 36, 0, 1 },
	{ 62, 0, 0 },
	{ 87, 0, 0 },
	{ 117, 0, 0 },
	{ 141, 0, 1 },
	{ 157, 0, 0 },
	{ 168, 0, 0 },
	{ 179, 0, 0 },
	{ 189, 0, 0 },
	{ 208, 0, 1 },
	{ 218, 0, 1 },
	{ 228, 0, 1 },
	{ 244, 0, 1 },
	{ 254, 0, 1 },
	{ 273, 0, 0 },
	{ 287, 0, 0 },
	{ 310, 0, 0 },
	{ 326, 0, 1 },
	{ 336, 0, 1 },
	{ 346, 0, 1 },
	{ 356, 0, 1 },
	{ 381, 0, 0 },
	{ 400, 0, 0 },
	{ 411, 0, 0 },
	{ 421, 0, 0 },
	{ 435, 0, 0 },
	{ 477, 0, 0 },
	{ 488, 0, 1 },
	{ 501, 0, 0 },
	{ 514, 0, 0 },
	{ 530, 0, 0 },
	{ 553, 0, 1 },
	{ 563, 0, 1 },
	{ 577, 0, 1 },
	{ 592, 1, 1 },
	{ 608, 1, 1 },
	{ 627, 1, 1 },
	{ 646, 0, 1 },
	{ 662, 0, 1 },
	{ 679, 0, 0 },
	{ 716, 0, 0 },
	{ 726, 0, 0 },
	{ 737, 0, 1 },
	{ 747, 0, 0 },
	{ 768, 0, 0 },
	{ 778, 0, 1 },
	{ 789, 1, 0 },
	{ 817, 1, 0 },
	{ 828, 1, 0 },
	{ 839, 1, 0 },
	{ 851, 1, 0 },
	{ 863, 1, 0 },
	{ 885, 1, 0 },
	{ 908, 1, 1 },
	{ 921, 1, 0 },
	{ 933, 1, 0 },
	{ 945, 1, 0 },
	{ 957, 1, 0 },
	{ 969, 1, 0 },
	{ 981, 1, 1 },
	{ 997, 1, 0 },
	{ 1007, 1, 0 },
	{ 1027, 1, 0 },
	{ 1046, 1, 0 },
	{ 1070, 1, 0 },
	{ 1080, 1, 0 },
	{ 1102, 1, 0 },
	{ 1120, 1, 0 },
	{ 1137, 1, 0 },
	{ 1147, 1, 0 },
	{ 1168, 1, 0 },
	{ 1194, 1, 0 },
	{ 1203, 1, 0 },
	{ 1215, 1, 0 },
	{ 1230, 1, 0 },
	{ 1259, 1, 0 },
	{ 1276, 1, 1 },
	{ 1297, 1, 1 },
	{ 1322, 1, 0 },
	{ 1360, 1, 0 },
	{ 1377, 1, 1 },
	{ 1396, 1, 0 },
	{ 1412, 1, 0 },
	{ 1440, 1, 0 },
	{ 1466, 1, 0 },
	{ 1481, 1, 0 },
	{ 1496, 1, 0 },
	{ 1510, 1, 0 },
	{ 1538, 1, 0 },
	{ 1551, 1, 0 },
	{ 1564, 1, 0 },
	{ 1574, 1, 0 },
	{ 1587, 1, 0 },
	{ 1601, 1, 0 },
	{ 1610, 1, 0 },
	{ 1623, 1, 0 },
	{ 1636, 1, 0 },
	{ 1645, 0, 0 },
	{ 1655, 0, 0 },
	{ 1665, 0, 0 },
	{ 1675, 1, 0 },
	{ 1688, 1, 0 },
	{ 1701, 1, 0 },
	{ 1721, 1, 1 },
	{ 1730, 1, 0 },
	{ 1740, 1, 0 },
	{ 1759, 1, 0 },
	{ 1769, 1, 0 },
	{ 1781, 1, 0 },
	{ 1804, 1, 0 },
	{ 1817, 1, 0 },
	{ 1830, 1, 1 },
	{ 1852, 1, 0 },
	{ 1861, 1, 0 },
	{ 1887, 1, 0 },
	{ 1905, 1, 0 },
	{ 1919, 1, 0 },
	{ 1929, 1, 0 },
	{ 1939, 1, 0 },
	{ 1960, 1, 0 },
	{ 1975, 1, 0 },
	{ 1994, 1, 0 },
	{ 2005, 1, 0 },
	{ 2016, 1, 0 },
	{ 2025, 1, 0 },
	{ 2043, 1, 0 },
	{ 2058, 1, 0 },
	{ 2080, 1, 0 },
	{ 2091, 1, 0 },
	{ 2113, 1, 0 },
	{ 2145, 1, 0 },
	{ 2167, 1, 0 },
	{ 2178, 1, 0 },
	{ 2191, 1, 0 },
	{ 2208, 1, 0 },
	{ 2226, 1, 0 },
	{ 2243, 1, 0 },
	{ 2258, 1, 1 },
	{ 2266, 1, 0 },
	{ 2278, 1, 0 },
	{ 2292, 1, 0 },
	{ 2306, 1, 0 },
	{ 2332, 1, 0 },
	{ 2347, 1, 0 },
	{ 2362, 1, 0 },
	{ 2396, 1, 1 },
	{ 2404, 1, 0 },
	{ 2414, 1, 0 },
	{ 2427, 1, 0 },
	{ 2450, 1, 0 },
	{ 2459, 1, 0 },
	{ 2469, 1, 0 },
	{ 2478, 1, 0 },
	{ 2488, 1, 0 },
	{ 2497, 1, 0 },
	{ 2513, 1, 0 },
	{ 2521, 1, 0 },
	{ 2546, 1, 0 },
	{ 2565, 1, 0 },
	{ 2573, 1, 0 },
	{ 2582, 1, 0 },
	{ 2603, 1, 0 },
	{ 2618, 1, 0 },
	{ 2634, 1, 0 },
	{ 2666, 1, 0 },
	{ 2686, 1, 0 },
	{ 2713, 1, 0 },
	{ 2721, 1, 0 },
	{ 2743, 1, 0 },
	{ 2760, 1, 0 },
	{ 2777, 1, 0 },
	{ 2794, 1, 1 },
	{ 2808, 1, 0 },
	{ 2820, 1, 0 },
	{ 2833, 1, 0 },
	{ 2845, 1, 0 },
	{ 2858, 1, 0 },
	{ 2888, 1, 0 },
	{ 2900, 1, 0 },
	{ 2911, 1, 0 },
	{ 2928, 1, 0 },
	{ 2946, 1, 0 },
	{ 2980, 1, 0 },
	{ 3001, 1, 0 },
	{ 3038, 1, 0 },
	{ 3075, 1, 0 },
	{ 3094, 1, 0 },
	{ 3121, 1, 0 },
	{ 3145, 1, 0 },
	{ 3166, 1, 0 },
	{ 3184, 1, 0 },
	{ 3218, 1, 1 },
	{ 3233, 1, 0 },
	{ 3252, 1, 0 },
	{ 3275, 1, 0 },
	{ 3295, 1, 0 },
	{ 3325, 1, 0 },
	{ 3347, 1, 0 },
	{ 3378, 1, 0 },
	{ 3393, 1, 0 },
	{ 3430, 1, 0 },
	{ 3468, 1, 1 },
	{ 3476, 1, 0 },
	{ 3517, 1, 0 },
	{ 3538, 1, 0 },
	{ 3567, 1, 1 },
	{ 3581, 1, 0 },
	{ 3596, 1, 1 },
	{ 3606, 1, 0 },
	{ 3616, 1, 1 },
	{ 3632, 1, 0 },
	{ 3642, 1, 0 },
	{ 3655, 1, 0 },
	{ 3675, 1, 1 },
	{ 3685, 1, 0 },
	{ 3698, 1, 0 },
	{ 3712, 1, 0 },
	{ 3732, 1, 0 },
	{ 3751, 1, 0 },
	{ 3763, 1, 0 },
	{ 3794, 1, 0 },
	{ 3813, 1, 0 },
	{ 3840, 1, 0 },
	{ 3858, 1, 0 },
	{ 3889, 1, 0 },
	{ 3901, 1, 0 },
	{ 3926, 1, 0 },
	{ 3944, 1, 0 },
	{ 3957, 1, 0 },
	{ 3968, 1, 1 },
	{ 3981, 1, 1 },
	{ 3990, 1, 0 },
	{ 4011, 1, 0 },
	{ 4025, 1, 0 },
	{ 4049, 1, 0 },
	{ 4070, 1, 0 },
	{ 4083, 1, 0 },
	{ 4097, 1, 0 },
	{ 4119, 1, 0 },
	{ 4154, 1, 0 },
	{ 4171, 1, 0 },
	{ 4182, 1, 0 },
	{ 4206, 1, 0 },
	{ 4228, 1, 0 },
	{ 4264, 1, 0 },
	{ 4289, 1, 0 },
	{ 4314, 1, 0 },
	{ 4341, 1, 0 },
	{ 4358, 1, 0 },
	{ 4382, 1, 0 },
	{ 4411, 1, 0 },
	{ 4445, 0, 0 },
	{ 4456, 0, 0 },
	{ 4467, 0, 0 },
	{ 4478, 0, 0 },
	{ 4490, 0, 0 },
	{ 4502, 0, 0 },
	{ 4514, 0, 1 },
	{ 4524, 0, 1 },
	{ 4534, 0, 1 },
	{ 4544, 0, 0 },
	{ 4556, 0, 0 },
	{ 4568, 0, 0 },
	{ 4597, 0, 0 },
	{ 4609, 0, 0 },
	{ 4621, 0, 0 },
	{ 4633, 0, 0 },
	{ 4642, 0, 1 },
	{ 4651, 0, 1 },
	{ 4663, 0, 1 },
	{ 4687, 0, 1 },
	{ 4702, 0, 0 },
	{ 4730, 1, 1 },
	{ 4740, 1, 0 },
	{ 4774, 0, 1 },
	{ 4795, 0, 1 },
	{ 4807, 0, 1 },
	{ 4823, 0, 1 },
	{ 4840, 0, 1 },
	{ 4852, 0, 1 },
	{ 4869, 0, 0 },
	{ 4881, 0, 0 },
	{ 4894, 0, 0 },
	{ 4906, 0, 0 },
	{ 4919, 0, 0 },
	{ 4932, 1, 0 },
	{ 4941, 0, 0 },
	{ 4969, 0, 0 },
	{ 4988, 0, 0 },
	{ 4997, 0, 0 },
	{ 5007, 0, 0 },
	{ 5023, 1, 0 },
	{ 5033, 0, 0 },
	{ 5044, 0, 0 },
	{ 5055, 0, 0 },
	{ 5066, 1, 0 },
	{ 5076, 0, 0 },
	{ 5088, 0, 0 },
	{ 5100, 0, 0 },
	{ 5112, 0, 0 },
	{ 5146, 0, 0 },
	{ 5167, 1, 0 },
	{ 5177, 0, 0 },
	{ 5188, 0, 0 },
	{ 5199, 0, 0 },
	{ 5210, 1, 0 },
	{ 5219, 0, 0 },
	{ 5229, 0, 0 },
	{ 5239, 0, 0 },
	{ 5249, 1, 0 },
	{ 5259, 0, 0 },
	{ 5270, 0, 0 },
	{ 5281, 0, 0 },
};
