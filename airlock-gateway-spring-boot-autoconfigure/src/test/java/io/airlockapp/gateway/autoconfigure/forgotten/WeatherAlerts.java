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

}
