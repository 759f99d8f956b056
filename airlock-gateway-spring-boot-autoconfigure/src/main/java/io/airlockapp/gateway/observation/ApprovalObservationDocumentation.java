package io.airlockapp.gateway.observation;

import io.micrometer.common.docs.KeyName;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;
import io.micrometer.observation.docs.ObservationDocumentation;

/**
 * Documents the observations of approvals.
 */
public enum ApprovalObservationDocumentation implements ObservationDocumentation {

	/**
	 * The asking for one approval, from before it is sealed until its outcome is known.
	 * Its time is mostly a person's time to decide.
	 */
	APPROVAL {

		@Override
		public Class<? extends ObservationConvention<? extends Observation.Context>> getDefaultConvention() {
			return DefaultApprovalObservationConvention.class;
		}

		@Override
		public KeyName[] getLowCardinalityKeyNames() {
			return LowCardinalityKeyNames.values();
		}

		@Override
		public KeyName[] getHighCardinalityKeyNames() {
			return HighCardinalityKeyNames.values();
		}

	};

	/**
	 * Key names with few values.
	 */
	public enum LowCardinalityKeyNames implements KeyName {

		/**
		 * How it ended: {@code approved}, {@code denied}, {@code timeout},
		 * {@code unavailable}, {@code unverified} or {@code policy}.
		 */
		OUTCOME {

			@Override
			public String asString() {
				return "outcome";
			}

		},

		/**
		 * What kind of review was asked for, such as {@code command.review}.
		 */
		ARTIFACT_TYPE {

			@Override
			public String asString() {
				return "artifact.type";
			}

		},

		/**
		 * The guarded method, such as {@code RefundService.refund}, or {@code none}.
		 */
		GATE {

			@Override
			public String asString() {
				return "gate";
			}

		}

	}

	/**
	 * Key names with many values, for traces alone.
	 */
	public enum HighCardinalityKeyNames implements KeyName {

		/**
		 * The request's id.
		 */
		REQUEST_ID {

			@Override
			public String asString() {
				return "request.id";
			}

		},

		/**
		 * The id of the key that signed the decision.
		 */
		SIGNER_KEY_ID {

			@Override
			public String asString() {
				return "signer.key.id";
			}

		}

	}

}
