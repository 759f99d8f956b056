/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.autoconfigure.forgotten;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;

import io.airlockapp.gateway.approval.RequiresAirlockApproval;

/**
 * Class that is guarded by an annotation of the application, and is no bean.
 */
public class WeatherAlerts {

	@Alert
	public void send() {
	}

	/**
	 * Annotation of the application.
	 */
	@Retention(RetentionPolicy.RUNTIME)
	@RequiresAirlockApproval
	public @interface Alert {

	}

	/**
	 * Class with the name of the locked one that is generated ahead of time.
	 */
	public static class $AirlockLock$$0 extends WeatherAlerts {

		@Override
		@Alert
		public void send() {
		}

	}

}
